"""The treaties that a text has spoken of so far: their mentions in text order, and what has been gathered of each."""

from __future__ import annotations

from spacy.tokens import Doc

from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clusters import Cluster, Grouping
from kgbuild.extraction.treaties.drafts import Draft
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.places import passages


class Spoken:
    """What the text has spoken of.

    Args:
        doc: the document.
        sentence_of: for each token the number of its sentence.
    """

    def __init__(self, doc: Doc, sentence_of: list[int]) -> None:
        self.doc = doc
        self.sentence_of = sentence_of
        self.grouping = Grouping(sentence_of)
        self.drafts: dict[Cluster, Draft] = {}
        self.placed: list[TreatyMention] = []
        self._passage_of = passages(tokens_of(doc).text, sentence_of)

    def add(self, mention: TreatyMention) -> None:
        """Puts a mention among the others, which stay in text order."""
        self.placed = sorted([*self.placed, mention], key=lambda placed: placed.start)

    def of_mention(self, mention: TreatyMention) -> Cluster:
        """The treaty that a mention placed before speaks of."""
        return next(cluster for cluster in self.grouping.clusters if mention in cluster.mentions)

    def latest_before(self, i: int, reach: int = 1) -> TreatyMention | None:
        """The treaty last spoken of before a token, at most some sentences back; a sentence's subject comes first."""
        latest = None
        for mention in self.placed:
            if mention.end > i:
                break
            if self._passage_of[i] - self._passage_of[mention.head] <= reach:
                # the subject of the sentence before is what the next sentence goes on about
                if (
                    latest is not None
                    and self.doc[latest.head].dep_ in {"nsubj", "nsubjpass"}
                    and (self.sentence_of[latest.head] == self.sentence_of[mention.head])
                ):
                    continue
                latest = mention
        return latest

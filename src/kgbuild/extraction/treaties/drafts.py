"""A treaty while its mentions are being gathered, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc

from kgbuild.authority import Entry
from kgbuild.extraction.document import Mention, Referent, TreatyDetail
from kgbuild.extraction.treaties.clusters import Cluster
from kgbuild.extraction.treaties.history import is_renewed
from kgbuild.extraction.treaties.lexicon import TreatyTables, in_class, kind_rules
from kgbuild.extraction.treaties.naming import canonical, other_names
from kgbuild.extraction.treaties.status import StatusEvidence, is_applied, stage
from kgbuild.facts import PartialDate, TreatyStage

#: a treaty found by its noun and a sign of diplomacy, by a telling noun, by its name
CONFIDENCE = {"sign": 0.75, "yes": 0.85, "name": 0.95}


_TWO = 2
#: stages that what has long been concluded is past, unless the text tells of them outright
_OVER = frozenset({"Proposed", "UnderNegotiation", "Agreed", "Rejected"})


@dataclass(slots=True, eq=False)
class Draft:
    """A treaty while its mentions are being gathered.

    Attributes:
        cluster: its mentions.
        parties: keys of the actors, in the order in which they were found.
        evidence: what the words around the mentions say of its stage.
        confidence: that it is a treaty.
        like: of the treaty that it is another of ("a new one"), whose parties it shares.
        origin: of the treaty that "the one with Peru" is like, whatever it shares with that.
    """

    cluster: Cluster
    parties: dict[str, None] = field(default_factory=dict)
    evidence: list[StatusEvidence] = field(default_factory=list)
    confidence: float = 0.0
    like: Draft | None = None
    origin: Draft | None = None

    @property
    def is_headline_noise(self) -> bool:
        """A weak noun in a headline that the article never takes up."""
        return self.cluster.headline and self.confidence < CONFIDENCE["sign"]

    @property
    def is_wish(self) -> bool:
        """Something between nobody in particular that is only called for: "demanded an immediate ceasefire"."""
        told = [item for item in self.evidence if item.status]
        mere = all(in_class(m.noun_text, "truce") and m.core == m.noun for m in self.cluster.mentions)
        return (
            not self.parties
            and self.cluster.is_unnamed
            and all(m.form in {"indefinite", "bare", "none"} for m in self.cluster.mentions)
            and (bool(told) or mere)
            and all(item.status == "Proposed" and not item.label and item.wish for item in told)
        )

    def take(self, other: Draft) -> None:
        """Takes in what another draft of the same treaty holds."""
        self.cluster.absorb(other.cluster)
        self.parties.update(other.parties)
        self.evidence += other.evidence
        self.confidence = max(self.confidence, other.confidence)

    def referent(
        self, doc: Doc, key: str, entry: Entry | None, tables: TreatyTables, history: tuple[TreatyStage, ...] = ()
    ) -> Referent:
        """What the document gets.

        Args:
            doc: the document.
            key: of the treaty in it.
            entry: of the authority, if it knows the treaty.
            tables: the user's own tables of words.
            history: the steps in its life that the text tells.
        """
        cluster = self.cluster
        cluster.mentions.sort(key=lambda mention: mention.start)
        name = entry.name if entry else canonical(doc, cluster)
        return Referent(
            key=key,
            sort="treaty",
            name=name,
            mentions=[
                Mention(m.start, m.end, m.head, m.form if m.form in {"name", "pronoun"} else "description")
                for m in cluster.mentions
                if m.end > m.start
            ],
            other_names=other_names(doc, cluster, name),
            authority=cluster.authority,
            gender="neutral",
            detail=TreatyDetail(
                tuple(self.parties),
                self._kind(entry, tables),
                self.status(entry, history, doc._.published),
                self.confidence or CONFIDENCE["sign"],
                history,
            ),
        )

    def status(
        self, entry: Entry | None, history: tuple[TreatyStage, ...] = (), published: PartialDate | None = None
    ) -> str:
        """The stage that all evidence together shows, and to which the dated steps have led."""
        cluster = self.cluster
        first = min(cluster.mentions, key=lambda mention: mention.start)
        described = first.form in {"indefinite", "bare", "demonstrative"} and not cluster.names and not first.years
        tentative = first.idea or described
        lasting = any(mention.form == "name" and in_class(mention.noun_text, "lasting") for mention in cluster.mentions)
        concluded = bool(entry) or lasting or cluster.concluded or any(mention.years for mention in cluster.mentions)
        # "the treaty between Peru and Chile" is there, as long as nobody says that it is only to come
        presupposed = first.form == "definite" and bool(first.parties) and in_class(first.noun_text, "telling")
        default = "Proposed" if tentative or not (concluded or presupposed) else "InForce"
        if not concluded and any(mention.noun_text == "draft" for mention in cluster.mentions):
            default = "UnderNegotiation"  # there is a draft of it
        evidence = self.evidence
        if len(self.parties) > _TWO:  # one parliament's vote does not end what many have signed
            evidence = [item for item in evidence if item.status != "Rejected"]
        old = concluded and self._is_old(published)
        if old or (entry is not None and entry.status == "InForce"):
            # who praises or discusses what has long been concluded does not agree on it
            evidence = [e for e in evidence if e.status not in _OVER or e.weight > 0 or e.pending]
        status = stage(evidence, default, concluded=concluded, renewed=is_renewed(history))
        if status == "Proposed" and first.form in {"name", "definite"} and self._awaits_signing():
            return "UnderNegotiation"  # "determined to sign the treaty before the end of the year"
        if status == "Signed" and old and any(is_applied(item) for item in evidence):
            return "InForce"  # "under a treaty signed in 1986 the river is turned round"
        return status

    def _awaits_signing(self) -> bool:
        """Whether all that is told is that somebody means to sign it, and nobody only proposes it."""
        told = [item for item in self.evidence if item.status]
        return bool(told) and all(item.deed == "Signed" and not item.told for item in told)

    def _is_old(self, published: PartialDate | None) -> bool:
        """Whether the text dates the treaty to a year before the last one."""
        years = {year for mention in self.cluster.mentions for year in mention.years} | self.cluster.years
        return published is not None and bool(years) and max(years) < published.year - 1

    def _kind(self, entry: Entry | None, tables: TreatyTables) -> str:
        if entry and entry.kind:
            return entry.kind
        rules = [rule for mention in self.cluster.mentions for rule in mention.kinds]
        if rules:
            return min(rules, key=kind_rules(tables.kinds).index).kind
        return next((m.entry.kind for m in self.cluster.mentions if m.entry and m.entry.kind), "Other")

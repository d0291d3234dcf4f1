"""Finds the treaties of an article: named, described, proposed, and referred to; their parties, kind and stage."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.extraction.document import Mention, Referent, TreatyDetail, register_extensions
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clusters import Cluster, Grouping
from kgbuild.extraction.treaties.context import Governor, governors
from kgbuild.extraction.treaties.known import KnownTreaties
from kgbuild.extraction.treaties.lexicon import TreatyTables, in_class, kind_rules, status_cues, treaty_nouns
from kgbuild.extraction.treaties.mentions import find_mentions
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.naming import canonical, other_names
from kgbuild.extraction.treaties.parties import Parties
from kgbuild.extraction.treaties.status import StatusEvidence, evidence_of, stage

_CONCLUDED = frozenset(["Signed", "Ratified", "InForce", "Suspended", "Withdrawn", "Expired"])
#: names with these nouns may be of anything ("the New Deal", "the Basel Framework")
_VAGUE = frozenset(["deal", "arrangement", "settlement", "framework", "understanding", "compact", "charter", "statute"])
_EQUATING = frozenset(
    ["be", "become", "remain", "call", "describe", "dub", "term", "name", "regard", "know", "consider"]
)
#: a treaty found by its noun and a sign of diplomacy, by a telling noun, by its name
#: how many tokens away a state may be for a truce to be one between states or armies
_NEAR = 60
_CONFIDENCE = {"sign": 0.75, "yes": 0.85, "name": 0.95}


@dataclass(slots=True, eq=False)
class _Draft:
    """A treaty while its mentions are being gathered."""

    cluster: Cluster
    parties: dict[str, None] = field(default_factory=dict)
    evidence: list[StatusEvidence] = field(default_factory=list)
    confidence: float = 0.0


class TreatyFinder:
    """The component: fills ``doc._.treaties`` and adds the mentions to ``doc._.referents``.

    Args:
        known: the treaties of the authority, found by their names.
    """

    def __init__(self, known: KnownTreaties) -> None:
        self._known = known

    def __call__(self, doc: Doc) -> Doc:
        """Finds the treaties of a document."""
        doc._.treaties = []
        mentions = find_mentions(doc, doc._.layout, self._known.tables)
        mentions = self._known.add_mentions(doc, mentions)
        if mentions:
            _Reader(doc, self._known).read(mentions)
        return doc


class _Reader:
    """Groups the mentions of one document and writes what they tell."""

    def __init__(self, doc: Doc, known: KnownTreaties) -> None:
        self._doc = doc
        self._known = known
        self._tables = known.tables
        self._parties = Parties(doc)
        self._sentence_of = tokens_of(doc).sentence
        self._grouping = Grouping(self._sentence_of)
        self._drafts: dict[Cluster, _Draft] = {}
        self._placed: list[TreatyMention] = []

    def read(self, mentions: list[TreatyMention]) -> None:
        """Groups the mentions and fills the document."""
        for mention in mentions:
            if not any(_is_within(mention, other) for other in mentions):
                self._place(mention)
        self._place_pronouns()
        drafts = [draft for draft in self._drafts.values() if not _is_only_headline_noise(draft)]
        drafts.sort(key=lambda draft: min(m.start for m in draft.cluster.mentions))
        for draft in drafts:
            self._complete_parties(draft, drafts)
        referents: dict[int, Referent] = self._doc._.referents
        for number, draft in enumerate(drafts):
            referent = self._referent(f"t{number}", draft)
            self._doc._.treaties.append(referent)
            for mention in draft.cluster.mentions:
                for i in {mention.head, mention.noun}:
                    if i not in referents or referents[i].sort != "actor" or i == mention.noun:
                        referents[i] = referent

    def _place(self, mention: TreatyMention) -> None:
        if mention.plural and mention.form != "name":
            return  # "treaties need two thirds of the votes" speaks of none in particular
        head = self._doc[mention.head]
        self._parties.beside = self._parties_beside(mention)
        named = self._parties.of_phrase(mention)
        draft_of = mention.noun_text in {"draft", "text"}
        evidence = list(
            evidence_of(head, mention.end, tentative=mention.form == "none", draft=draft_of, tables=self._tables)
        )
        concluded = any(item.weight and item.status in _CONCLUDED for item in evidence)
        years = _years_beside(mention, self._doc) if concluded else set()
        cluster = None
        entry = self._known.named(mention)
        mention.known = entry is not None
        if entry:
            cluster = next((c for c in self._grouping.clusters if c.authority == entry.id), None)
        if cluster is None:
            cluster = self._grouping.resolve(
                mention, parties=set(named), concluded=concluded, separate=self._separate(mention)
            )
            if cluster is not None and entry and cluster.authority not in {"", entry.id}:
                cluster = None
        if cluster is None:
            if not self._opens(mention, named):
                return
            cluster = Cluster()
            self._grouping.clusters.append(cluster)
            self._drafts[cluster] = _Draft(cluster)
        if entry and (mention.form == "name" or not cluster.authority):
            cluster.authority = entry.id
        if mention.form != "none":
            cluster.add(mention, parties=set(named), years=years, concluded=concluded)
            self._placed.append(mention)
        draft = self._drafts[cluster]
        draft.evidence += evidence
        if self._parties.is_same_pair(mention):
            for other in self._drafts.values():
                if other is not draft and len(other.parties) >= 2:
                    named = list(other.parties)
                    break
        draft.parties.update(dict.fromkeys([*named, *self._parties.of_context(mention)]))
        cluster.parties |= set(draft.parties)
        form = "name" if mention.form == "name" else (mention.entry.opens if mention.entry else "name")
        draft.confidence = max(draft.confidence, _CONFIDENCE.get(form, 0.0))

    def _parties_beside(self, mention: TreatyMention) -> list[str]:
        """Parties of the treaties that the sentence speaks of before this mention."""
        found: list[str] = []
        for other in reversed(self._placed):
            if self._sentence_of[other.head] != self._sentence_of[mention.head]:
                break
            for cluster, draft in self._drafts.items():
                if other in cluster.mentions and len(draft.parties) == 2:
                    found += draft.parties
        return found

    def _separate(self, mention: TreatyMention) -> set[int]:
        """Heads of earlier mentions that stand beside this one in a clause, and so denote another treaty."""
        found = set()
        verb = _verb_above(self._doc, mention)
        for other in reversed(self._placed):
            if self._sentence_of[other.head] != self._sentence_of[mention.head]:
                break
            if (
                other.form == "pronoun"
                or self._doc[mention.head].dep_ == "appos"
                or self._doc[mention.head].dep_ == "conj"
            ):
                continue
            theirs = _verb_above(self._doc, other)
            if verb is not None and verb == theirs and self._doc[verb].lemma_.lower() not in _EQUATING:
                found.add(other.head)
        return found

    def _opens(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether a mention that fits nothing before it is a treaty of its own."""
        entry = mention.entry
        if entry is None:
            return True
        if entry.opens == "no" or mention.form in {"none", "pronoun"} or (mention.plural and mention.form != "name"):
            return False
        subject = [rule for rule in mention.kinds if not rule.weak]
        if mention.form == "name":
            return mention.noun_text not in _VAGUE or bool(named) or bool(subject)
        if mention.business:  # a "supply agreement" is a contract, but not if two states sign it
            return len(self._parties.of_context(mention)) > 1 and bool(named or self._parties.of_subject(mention))
        if mention.modifier and not self._is_talked_of(mention):
            return False
        if entry.opens == "yes" and self._is_diplomatic(mention, named):
            return True
        own = [rule for rule in subject if " ".join(rule.phrase) != mention.noun_text]
        if own or (named and entry.opens != "kind"):
            return True
        if entry.opens == "kind":
            return False
        if self._parties.of_context(mention):
            return True
        if self._parties.done_by_states(mention) or (mention.new and self._drafts):
            return True
        return mention.form in {"indefinite", "bare"} and len(self._parties.of_subject(mention)) > 1

    def _is_diplomatic(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether a telling noun means a treaty here: a truce between clubs is none, nor are treaties in general."""
        if named:
            return True
        if mention.entry is not None and mention.entry.kind == "Ceasefire":
            return self._parties.is_diplomatic(mention, _NEAR)
        bare = mention.core == mention.noun and not mention.words and mention.noun_text == "treaty"
        if self._drafts and mention.form == "indefinite" and bare:
            return False  # "a treaty" beside treaties that the text has named: of the kind in general
        return self._parties.is_diplomatic(mention)

    def _is_talked_of(self, mention: TreatyMention) -> bool:
        """ "ceasefire talks", "the draft treaty text": the noun behind says that there is, or is to be, a treaty."""
        behind = self._doc[mention.noun].head
        cues = status_cues(self._tables.stages).get(behind.lemma_.lower(), ())
        return any(cue.slot == "of" for cue in cues) or behind.lower_ in treaty_nouns(self._tables.nouns)

    def _place_pronouns(self) -> None:
        """Adds "it" where the verb wants a treaty and one was spoken of just before."""
        for i, lower in enumerate(tokens_of(self._doc).lower):
            if lower != "it" or i in self._doc._.referents:
                continue
            token = self._doc[i]
            around = list(governors(token))
            if not any(_wants_treaty(g) or _may_leave(g) for g in around):
                continue
            latest = self._latest_before(token.i)
            if latest is None:
                continue
            cluster = next(c for c in self._grouping.clusters if latest in c.mentions)
            if not (cluster.names or cluster.concluded or any(_wants_treaty(g) for g in around)):
                continue
            mention = TreatyMention(token.i, token.i + 1, token.i, token.i, token.i, "pronoun", None)
            cluster.mentions.append(mention)
            draft = self._drafts[cluster]
            draft.evidence += evidence_of(token, tables=self._tables)
            draft.parties.update(dict.fromkeys(self._parties.of_context(mention)))

    def _latest_before(self, i: int) -> TreatyMention | None:
        latest = None
        for mention in self._placed:
            if mention.end > i:
                break
            if self._sentence_of[i] - self._sentence_of[mention.head] <= 1:
                # the subject of the sentence before is what the next sentence goes on about
                if (
                    latest is not None
                    and self._doc[latest.head].dep_ in {"nsubj", "nsubjpass"}
                    and (self._sentence_of[latest.head] == self._sentence_of[mention.head])
                ):
                    continue
                latest = mention
        return latest

    def _complete_parties(self, draft: _Draft, drafts: list[_Draft]) -> None:
        """Adds the party that goes without saying: in "a pact with Peru", the state that the sentence is about."""
        cluster = draft.cluster
        if len(draft.parties) == 1 and not (cluster.names or cluster.authority):
            for mention in cluster.mentions:
                if mention.form == "pronoun":
                    continue
                for key in self._parties.of_subject(mention):
                    draft.parties.setdefault(key)
                if len(draft.parties) > 1:
                    return
            for key in self._parties.nearest_state(cluster.mentions[0], draft.parties):
                draft.parties.setdefault(key)
        if len(draft.parties) < 2 and not cluster.authority:
            for mention in cluster.mentions:
                keys = self._parties.of_subject(mention) if mention.form != "pronoun" else []
                if len(keys) > 1:
                    draft.parties.update(dict.fromkeys(keys))
                    return
        if not draft.parties and not cluster.authority and not cluster.names:
            for mention in cluster.mentions:
                keys = self._parties.of_sentence(mention)
                if keys:
                    draft.parties.update(dict.fromkeys(keys))
                    return
            keys = self._parties.of_passage(cluster.mentions[0])
            if keys:
                draft.parties.update(dict.fromkeys(keys))
                return
            for other in drafts:
                near = abs(
                    self._sentence_of[other.cluster.mentions[0].head] - self._sentence_of[cluster.mentions[0].head]
                )
                if other is not draft and len(other.parties) == 2 and near <= 3:
                    draft.parties.update(dict.fromkeys(other.parties))
                    return

    def _referent(self, key: str, draft: _Draft) -> Referent:
        cluster = draft.cluster
        entry = self._known.entry(cluster.authority)
        name = entry.name if entry else canonical(self._doc, cluster)
        rules = [rule for mention in cluster.mentions for rule in mention.kinds]
        kind = entry.kind if entry else ""
        if not kind and rules:
            order = kind_rules(self._tables.kinds)
            kind = min(rules, key=order.index).kind
        if not kind:
            kind = next((m.entry.kind for m in cluster.mentions if m.entry and m.entry.kind), "Other")
        first = min(cluster.mentions, key=lambda mention: mention.start)
        described = first.form in {"indefinite", "bare", "demonstrative"} and not cluster.names and not first.years
        tentative = first.idea or described
        concluded = bool(entry) or cluster.concluded or any(mention.years for mention in cluster.mentions)
        status = stage(draft.evidence, "Proposed" if tentative or not concluded else "InForce", concluded=concluded)
        cluster.mentions.sort(key=lambda mention: mention.start)
        return Referent(
            key=key,
            sort="treaty",
            name=name,
            mentions=[
                Mention(
                    m.start,
                    m.end,
                    m.head,
                    "name" if m.form == "name" else "pronoun" if m.form == "pronoun" else "description",
                )
                for m in cluster.mentions
            ],
            other_names=other_names(self._doc, cluster, name),
            authority=cluster.authority,
            gender="neutral",
            detail=TreatyDetail(tuple(draft.parties), kind, status, draft.confidence or _CONFIDENCE["sign"]),
        )


def _is_within(mention: TreatyMention, other: TreatyMention) -> bool:
    """Whether a mention is the beginning of a longer one: "a draft" in "a draft border accord"."""
    return mention.start == other.start and mention.end < other.end


def _is_only_headline_noise(draft: _Draft) -> bool:
    """A weak noun in a headline that the article never takes up."""
    return draft.cluster.headline and draft.confidence < _CONFIDENCE["sign"]


def _verb_above(doc: Doc, mention: TreatyMention) -> int | None:
    return next((t.i for t in doc[mention.head].ancestors if t.pos_ in {"VERB", "AUX"}), None)


def _years_beside(mention: TreatyMention, doc: Doc) -> set[int]:
    """Years named behind a mention in its sentence: "the protocol that they signed in 2010"."""
    end = min(doc[mention.head].sent.end, mention.end + 20)
    return {int(t.text) for t in doc[mention.end : end] if t.is_digit and len(t) == 4 and 1600 <= int(t.text) <= 2100}


def _may_leave(governor: Governor) -> bool:
    """Whether what stands in this slot of a verb is a treaty if one was spoken of: "abandoned it"."""
    return governor.slot == "object" and in_class(governor.word.lemma_.lower(), "left")


def _wants_treaty(governor: Governor) -> bool:
    """Whether what stands in this slot of a verb is a treaty more often than not: "sign it", "it enters into force"."""
    lemma, slot = governor.word.lemma_.lower(), governor.slot
    if slot == "subject":
        return in_class(lemma, "text")
    return slot == "object" and in_class(lemma, "it")


@Language.factory(
    "kgbuild_treaties",
    requires=["token.dep", "token.head", "token.pos", "token.lemma"],
    assigns=["doc._.treaties", "doc._.referents"],
    default_config={"authority": [], "nouns": [], "kinds": [], "stages": []},
)
def create_treaty_finder(
    nlp: Language, name: str, authority: list[str], *, nouns: list[str], kinds: list[str], stages: list[str]
) -> TreatyFinder:
    """Makes the component ``kgbuild_treaties``.

    Args:
        nlp: the pipeline.
        name: of the component in the pipeline.
        authority: paths of the user's own authority files.
        nouns, kinds, stages: paths of the user's own tables, in the form of ``treaty_nouns.tsv``, ``treaty_kinds.tsv``
            and ``treaty_status.tsv``; their rows come before the built-in ones.

    Raises:
        KgbuildError: a file cannot be read.
    """
    register_extensions()
    tables = TreatyTables(tuple(nouns), tuple(kinds), tuple(stages))
    return TreatyFinder(KnownTreaties.load(tuple(authority), tables))

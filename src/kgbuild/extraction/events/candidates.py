"""Mentions of events: the words that fit a row of the trigger table, with participants, time, place and realis."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.context import Context
from kgbuild.extraction.events.entries import Entries
from kgbuild.extraction.events.lexicon import CATEGORIES, SPEECH_DEEDS, Trigger, words
from kgbuild.extraction.events.mention import Candidate
from kgbuild.extraction.events.realis import outlook_of
from kgbuild.extraction.events.selection import Selection
from kgbuild.extraction.events.time import Times, place_of
from kgbuild.extraction.events.wording import is_asked, is_audience, is_definite, is_due, phrase
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import PartialDate, Realis, TimeSpan

_DEFINITE = frozenset({"the", "that", "this", "these", "those", "such", "its", "their", "his", "her"})
_CONTRAST = frozenset(
    {
        "another",
        "earlier",
        "previous",
        "next",
        "new",
        "second",
        "third",
        "last",
        "similar",
        "separate",
        "further",
        "other",
    }
)
_TREATY_PREPOSITIONS = frozenset({"of", "on", "to", "from", "about", "for", "under", "with"})
_HYPHEN = frozenset({"-"})
_TRIGGERING = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})
_VERBAL = frozenset({"VERB", "ADJ", "AUX"})
_VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
#: what lasts for days, so that "is" tells that it is going on
_LASTING = frozenset({"Visit", "Conference", "Negotiation", "Mediation"})
_IS = frozenset({"is", "are", "'s", "’s", "'re", "’re"})
_VIOLENT = frozenset({"ASSAULT", "COERCE"})
_DONE_BY_PEOPLE = frozenset({"Attack", "Coercion", "Protest"})
_DONE_TO_PEOPLE = frozenset({"Attack", "Coercion", "Concession"})


class CandidateFinder:
    """Finds the mentions of events in one document.

    Args:
        doc: annotated as far as treaties, coreference and dates.
        tokens: its tokens.
        table: triggers by lemma and part of speech.
        lemmas: those of the table.
        published: the day of publication, if known.
    """

    def __init__(
        self,
        doc: Doc,
        tokens: Tokens,
        table: Mapping[tuple[str, bool], tuple[Trigger, ...]],
        lemmas: frozenset[str],
        published: PartialDate | None,
    ) -> None:
        self._doc = doc
        self._tokens = tokens
        self._table = table
        self._lemmas = lemmas
        self._published = published
        self.arguments = Arguments(doc, tokens)
        self.context = Context(doc, self.arguments)
        self._selection = Selection(doc, self.arguments)
        self._entries = Entries(doc, tokens, published)
        self._names = self._covered()
        self._joined = self._hyphenated()

    def find(self) -> list[Candidate]:
        """The mentions, in text order."""
        fitting: dict[int, Trigger] = {}
        tokens, lemmas = self._tokens, self._lemmas
        # only few lemmas are listed, and only of a form in "-ed" the lemma may be wrong
        formed = [i for i, pos in enumerate(tokens.pos) if pos in _VERBAL and tokens.lower[i].endswith("ed")]
        for i in sorted({*tokens.lemma_at.of(lemmas), *formed, *self._joined}):
            pos = tokens.pos[i]
            if pos in _TRIGGERING or i in self._joined or (pos == "AUX" and self._is_somewhere(i)):
                trigger = self._fit(i)
                if trigger is not None:
                    fitting[i] = trigger
        leaving = {i for i, trigger in fitting.items() if trigger.verb and trigger.type == "Rejection"}
        times = Times(self.arguments, self._doc._.dates, set(fitting), self._published, leaving)
        found: list[Candidate] = []
        at: dict[int, Candidate] = {}
        for i, trigger in fitting.items():
            candidate = self._candidate(i, trigger, times)
            if trigger.flag == "background":
                verb = fitting.get(self.arguments.carrier(i))
                if verb is not None and verb.type in ("Sanction", "Concession"):
                    # "lifted its sanctions": the verb is the event
                    continue
            if not trigger.verb and self._is_told_by(i, trigger, fitting):
                continue
            if candidate is None or self._selection.is_complement(i, trigger, fitting, candidate):
                continue
            candidate.whole = self._whole(i, trigger, candidate, at)
            candidate.explicit = any(
                self._tokens.lower[c] in ("between", "with", "among") for c in self._tokens.children[i]
            )
            candidate.peg = times.relative_to.get(i, -1)
            if candidate.peg < 0 and trigger.verb and candidate.when is None and candidate.realis == Realis.ACTUAL:
                candidate.peg = self._occasion(i, fitting)
                candidate.occasion = candidate.peg >= 0
            at[i] = candidate
            found.append(candidate)
        return found

    def _is_somewhere(self, i: int) -> bool:
        """Whether a form of "be" is the main verb of a clause that tells where somebody is."""
        tokens = self._tokens
        if tokens.lemma[i] != "be":
            return False
        inside = [c for c in tokens.children[i] if c > i and tokens.lower[c] == "in"]
        return any(tokens.dep[c] == "prep" for c in inside) if inside else False

    def _is_told_by(self, i: int, trigger: Trigger, fitting: Mapping[int, Trigger]) -> bool:
        """Whether the verb that the noun is the object of is the event: "withdrew its **recognition** of Taiwan"."""
        tokens = self._tokens
        if tokens.dep[i] not in ("dobj", "nsubjpass"):
            return False
        verb = fitting.get(tokens.head[i])
        if (
            verb is None
            or not verb.verb
            or verb.type in SPEECH_DEEDS
            or CATEGORIES[trigger.type] in ("CONSULT", "ELECTION")
        ):
            return False
        return verb.type != trigger.type and any(
            condition.path == ("obj",) and not condition.negative and "any" not in condition.kinds
            for condition in verb.conditions
        )

    def _whole(self, i: int, trigger: Trigger, candidate: Candidate, at: Mapping[int, Candidate]) -> Candidate | None:
        """The mention that this one only continues: "mediated the **talks**", "killed one man and **wounded** six"."""
        tokens = self._tokens
        if not trigger.verb:
            above = tokens.head[tokens.head[i]] if tokens.dep[i] == "pobj" else i
            carrier = self.arguments.carrier(i)
            journey = (
                carrier >= 0
                and tokens.lower[tokens.head[i]] == "for"
                and tokens.lemma_lower[carrier] in words("travelling")
            )
            # who meets on the margins of a summit meets besides; who flies somewhere for talks does two things
            around = [] if journey or tokens.lemma_lower[above] in words("beside") else [carrier]
        else:
            around = [*self.arguments.objects(i)]
            head = tokens.head[i]
            if tokens.dep[i] == "acl" and tokens.dep[head] == "pobj":
                # "talks between the two, mediated by Oman"
                around.append(tokens.head[tokens.head[head]])
            if tokens.dep[i] in ("conj", "advcl") and not candidate.own_time and head in at:
                return at[head] if at[head].type == candidate.type and tokens.child(i, "nsubj") < 0 else None
        if not trigger.verb and trigger.type == "DiplomaticBreak":
            # "declared persona **non grata**"
            head = tokens.head[i]
            around += [head, tokens.head[head]]
            return next((at[j] for j in around if j in at and at[j].type == trigger.type), None)
        for j in around:
            if j not in at:
                continue
            if _is_talk(candidate.type) and _is_talk(at[j].type):
                return at[j]
            violent = CATEGORIES[candidate.type] in _VIOLENT and CATEGORIES[at[j].type] in _VIOLENT
            if violent and not trigger.verb and tokens.dep[i] == "pobj" and candidate.when is None:
                # "killed 30 of them in a **raid** on a camp"
                return at[j]
        return None

    def _covered(self) -> set[int]:
        """Tokens inside of names and dates, which mean no events; a treaty's own noun may ("an exchange of notes")."""
        covered: set[int] = set()
        for referent in self._doc._.actors:
            for mention in referent.mentions:
                if mention.kind == "name" and mention.end - mention.start > 1:
                    covered.update(range(mention.start, mention.end))
        for referent in self._doc._.treaties:
            for mention in referent.mentions:
                covered.update(range(mention.start, mention.head))
        for date in self._doc._.dates:
            covered.update(range(date.start, date.end))
        return covered

    def _hyphenated(self) -> dict[int, tuple[str, bool]]:
        """Triggers written with a hyphen, which the tokenizer cuts ("sit-in", "cease-fire"), by their main token."""
        tokens = self._tokens
        found: dict[int, tuple[str, bool]] = {}
        for i in tokens.lower_at.of(_HYPHEN):
            if not 0 < i < len(tokens) - 1 or tokens.space[i - 1] or tokens.space[i]:
                continue
            root = tokens.root(i - 1, i + 2)
            for last in (tokens.lemma[i + 1].lower(), tokens.lower[i + 1]):
                key = (f"{tokens.lower[i - 1]}-{last}", tokens.pos[root] == "VERB" and root == i + 1)
                if key in self._table:
                    found[root] = key
        return found

    def _fit(self, i: int) -> Trigger | None:
        tokens = self._tokens
        joined = self._joined.get(i)
        verb = joined[1] if joined else tokens.pos[i] in ("VERB", "ADJ", "AUX")
        if tokens.pos[i] == "ADJ":
            if tokens.dep[i] not in ("acomp", "oprd", "ROOT", "conj", "advcl", "acl"):
                return None
        elif verb and tokens.tag[i] not in _VERB_TAGS:
            return None
        rows = self._table.get(joined or (tokens.lemma_lower[i], verb))
        if rows is None and verb and tokens.lower[i].endswith("ed"):
            # the lemmatizer makes "reappointe" of what it has not seen
            word = tokens.lower[i]
            rows = self._table.get((word[:-2], True)) or self._table.get((word[:-1], True))
            if rows is None and word[-4:-3] == word[-3:-2]:
                # "initialled"
                rows = self._table.get((word[:-3], True))
        if not rows or tokens.kind[i] == "boilerplate":
            return None
        if verb and tokens.dep[i] == "amod":
            return None
        if i in self._names:
            return None
        if not verb and tokens.dep[i] in ("compound", "nmod") and tokens.pos[tokens.head[i]] in ("NOUN", "PROPN"):
            return None
        if not verb and tokens.lemma_lower[i] in words("audiences") and is_audience(self.arguments, i):
            return None
        holds = self.arguments.holds
        for _ in self.arguments.readings(i):
            filled: dict[tuple[str, ...], list[int]] = {}
            for row in rows:
                for condition in row.conditions:
                    if not holds(i, condition, verb=verb, filled=filled):
                        break
                else:
                    return row
        return None

    def _candidate(self, i: int, trigger: Trigger, times: Times) -> Candidate | None:
        tokens, arguments, verb = self._tokens, self.arguments, trigger.verb
        outlook = outlook_of(arguments, i, verb=verb)
        if is_asked(arguments, i):
            outlook.asserted = False
        if verb and trigger.type == "Ratification" and is_due(arguments, i):
            outlook.realis, outlook.asserted = Realis.PLANNED, True
        if outlook.counterfactual or (outlook.conditional and outlook.realis == Realis.DENIED):
            return None
        agents = arguments.fill(i, trigger.agent, verb=verb)
        if verb and not agents:
            agents = self.context.speakers_above(i) if trigger.type in SPEECH_DEEDS else self.context.announcers(i)
        recipients = [r for r in arguments.fill(i, trigger.recipient, verb=verb) if r not in agents]
        if not recipients and trigger.type in _DONE_TO_PEOPLE:
            recipients = arguments.patients(
                h for slot in trigger.recipient for h in arguments.slot(i, slot.path, verb=verb)
            )
        if trigger.type == "Visit":
            # who goes to a capital visits its state
            hosts = arguments.hosts(h for slot in trigger.recipient for h in arguments.slot(i, slot.path, verb=verb))
            recipients += [host for host in hosts if host not in (*agents, *recipients)]
            home = {arguments.state(agent).key for agent in agents}
            staying = self._tokens.lemma[i] == "be"
            if staying and hosts and all(host.key in home for host in hosts):
                # who is in the capital of their own state is on no visit
                return None
        if not agents and trigger.type in _DONE_BY_PEOPLE:
            agents = arguments.patients(h for slot in trigger.agent for h in arguments.slot(i, slot.path, verb=verb))
        when, own = times.of(i, verb=verb)
        if when is None and verb and trigger.type in SPEECH_DEEDS:
            when = self.context.time_of_speaking(i, agents, times)
        if when is None and outlook.realis == Realis.ACTUAL and outlook.asserted:
            when = self._entries.date_of(i, trigger.type) or self._now(i, trigger)
        realis = outlook.realis
        if realis == Realis.ACTUAL and self._is_ahead(when):
            realis = Realis.PLANNED
        place, place_actor = place_of(arguments, i, verb=verb)
        modifiers = {tokens.lower[c] for c in tokens.children[i] if tokens.dep[c] in ("amod", "det", "advmod")}
        candidate = Candidate(
            trigger=i,
            type=trigger.type,
            flag=trigger.flag,
            verb=verb,
            at=phrase(arguments, i, verb=verb),
            agents=agents,
            recipients=recipients,
            participants=[],
            treaties=self._treaties(i, verb=verb),
            when=when,
            own_time=own,
            realis=realis,
            asserted=outlook.asserted,
            definite=is_definite(arguments, i, verb=verb),
            contrast=not verb and bool(modifiers & _CONTRAST),
            place=place,
            place_actor=place_actor,
            headline=tokens.kind[i] == "headline",
        )
        self.context.complete(candidate)
        return candidate if self._selection.tells_enough(candidate, would=outlook.would) else None

    def _now(self, i: int, trigger: Trigger) -> TimeSpan | None:
        """The month of publication, for what goes on as the article is written: "is visiting Oslo", "is on a visit"."""
        tokens = self._tokens
        verb = i if trigger.verb else self.arguments.carrier(i)
        published = self._published
        if published is None or published.month is None or verb < 0 or trigger.type not in _LASTING:
            return None
        progressive = tokens.tag[verb] == "VBG" and any(tokens.lower[c] in _IS for c in tokens.children[verb])
        staying = not trigger.verb and tokens.lower[verb] in _IS and tokens.lower[tokens.head[i]] in ("on", "in", "at")
        return TimeSpan.on(PartialDate(published.year, published.month)) if progressive or staying else None

    def _occasion(self, verb: int, fitting: Mapping[int, Trigger]) -> int:
        """The event noun at which, or after which, a verb's deed is done: "**Following** the talks, they signed …"."""
        tokens = self._tokens
        for child in tokens.children[verb]:
            if tokens.dep[child] == "prep" and tokens.lower[child] in words("at_or_after"):
                for noun in tokens.children[child]:
                    definite = any(tokens.lower[c] in _DEFINITE for c in tokens.children[noun])
                    if noun in fitting and definite and tokens.dep[noun] == "pobj":
                        return noun
        return -1

    def _is_ahead(self, when: TimeSpan | None) -> bool:
        if when is None or when.start is None or self._published is None:
            return False
        start, published = str(when.start), str(self._published)
        return start > published and not published.startswith(start)

    def _treaties(self, i: int, *, verb: bool) -> list[Referent]:
        arguments = self.arguments
        heads = [*arguments.objects(i), *arguments.subjects(i)] if verb else []
        heads += arguments.after_any(i, _TREATY_PREPOSITIONS, verb=verb)
        heads += [] if verb else arguments.slot(i, ("undergoer",), verb=False)
        found = arguments.treaties(heads)
        referent = arguments.referents.get(i)
        if referent is not None and referent.sort == "treaty" and referent not in found:
            found.append(referent)
        return found


def _is_talk(kind: str) -> bool:
    return CATEGORIES[kind] == "CONSULT"

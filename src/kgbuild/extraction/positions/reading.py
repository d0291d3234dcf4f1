"""Reads stances off the words of the lexicon: who, for or against what, denied, conditional or hedged."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kgbuild.extraction.positions.clause import (
    clause_verb,
    condition_of,
    is_advice,
    is_declined,
    is_denied,
    is_future,
    is_hedged,
    is_possible,
    is_scheduled,
    is_supposed,
)
from kgbuild.extraction.positions.ellipsis import ellipsis_at
from kgbuild.extraction.positions.holders import Holders
from kgbuild.extraction.positions.issues import is_measure
from kgbuild.extraction.positions.lexicon import StanceCue, denied, opposite, times, words_of
from kgbuild.extraction.positions.matching import CueMatcher, opening_words, openings
from kgbuild.extraction.positions.slots import holders
from kgbuild.extraction.positions.stance import Stance, Target
from kgbuild.extraction.positions.targets import Targets
from kgbuild.extraction.positions.votes import ballots
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.facts import ActorType, Polarity

_NONE = frozenset({"no", "nothing", "none"})
_ASKING = frozenset({"negated", "denied"})
_CONFIDENCE = {"verb": 0.85, "noun": 0.8, "person": 0.75, "adjective": 0.8, "preposition": 0.85}


class StanceReader:
    """Reads the stances that the words of the lexicon show in one document.

    Args:
        doc: with actors, treaties, statements and events.
        targets: resolves what stances are about.
        people: resolves whose they are.
        files: the user's own tables of stances.
    """

    def __init__(self, doc: Doc, targets: Targets, people: Holders, files: tuple[str, ...] = ()) -> None:
        self._doc = doc
        self._targets = targets
        self._people = people
        self._files = files
        self._cues = openings(files)
        self._matcher = CueMatcher(doc)
        #: of the words that cues have begun with, whether a stance there is not asserted
        self._supposed: dict[int, bool] = {}

    def stances(self) -> Iterator[Stance]:
        """The stances in the order of the text."""
        cues, doc, targets = self._cues, self._doc, self._targets
        tokens = tokens_of(doc)
        auxiliaries = words_of("auxiliary")
        words, lemmas = tokens.lower, tokens.lemma_lower
        first = opening_words(self._files)
        for i in sorted({*tokens.lemma_at.of(first), *tokens.lower_at.of(first)}):
            lemma, lower = lemmas[i], words[i]
            if lower in auxiliaries:
                short = ellipsis_at(doc, i)
                if short is not None:
                    yield from self._read(short.cue, doc[i], (i,), short.holders)
                    continue
            if lemma not in cues and lower not in cues:
                continue
            possible = [*cues[lemma].possible(words, lemmas, i)] if lemma in cues else []
            if lower != lemma and lower in cues:
                possible += cues[lower].possible(words, lemmas, i)
            if not possible or words[i + 1 : i + 2] == ["("]:  # what follows is a list of voters
                continue
            for cue in possible:
                phrase = self._matcher.matched(cue, i)
                found = list(self._read(cue, doc[i], phrase)) if phrase else []
                yield from found
                if found:
                    _remember(targets, found[-1], i)
                    break

    def _is_measure(self, target: Target) -> bool:
        """Whether a target is a measure by its own words, or by those that "it" and "the idea" stand for."""
        if is_measure(target.head):
            return True
        issue = target.referent
        return issue.sort == "issue" and any(is_measure(self._doc[mention.head]) for mention in issue.mentions)

    def ballots(self) -> Iterator[Stance]:
        """The stances of those who are listed behind their side in a vote."""
        for ballot in ballots(self._doc):
            motion = self._targets.topics.motion(ballot.word) or self._targets.topics.topic(ballot.word.i)
            if motion is not None:
                target = Target(motion, Polarity.SUPPORTS, None)
                yield Stance(ballot.voters, target, ballot.polarity, ballot.word, False, _CONFIDENCE["verb"], [])

    @staticmethod
    def _is_negative(cue: StanceCue, token: Token, verb: Token) -> bool:
        if any(part & _NONE for part in cue.parts):  # "wants nothing to do with it" has its denial in itself
            return is_negated(verb)
        return cue.pos != "person" and (is_denied(token) or is_declined(token))

    def _read(
        self, cue: StanceCue, token: Token, words: tuple[int, ...], given: list[Token] | None = None
    ) -> Iterator[Stance]:
        people = self._people
        verb = clause_verb(token)
        possible = "future" in cue.when and not (is_future(verb) or (cue.pos == "verb" and is_advice(token)))
        if possible and not is_possible(verb):
            return
        if cue.when & _ASKING and not self._is_negative(cue, token, verb):
            return
        if "conditional" in cue.when and cue.pos == "noun" and token.dep_ == "pobj":
            return  # "will vote against its accession unless …": the condition is that of the vote
        if token.i not in self._supposed:
            self._supposed[token.i] = is_supposed(token)
        if self._supposed[token.i] or ("asserted" in cue.when and self._is_negative(cue, token, verb)):
            return
        found = self._targets.of_cue(cue, token, words)
        if not found:
            return
        negative = self._is_negative(cue, token, verb)
        if not negative and cue.lemma in words_of("signing") and is_scheduled(verb) and condition_of(token) is None:
            return  # "is to sign it on Monday" tells what is going to happen
        advice = cue.pos == "verb" and is_advice(token)
        heads = holders(cue, token) if given is None else given
        spoken = cue.holder == "speaker" or advice
        named = people.speakers(token) if spoken else people.resolve(heads, token, cue)
        if not named:
            return
        condition = condition_of(token) or _condition_within(cue, token)
        if condition is None and ("conditional" in cue.when or (possible and not negative)):
            return  # "could sign" alone is no stance; "could sign if …" and "could not sign" are
        if cue.pos == "person" and people.statement_at(token) is not None and all(t.head is None for t in found):
            return  # "the critics" in what somebody says may be anybody's
        if people.in_heading(token):
            named = [
                holder for holder in named if holder.type != ActorType.GROUP
            ]  # the article itself tells who they are
        if cue.lemma == "vote" or verb.lemma_ == "vote":  # "58 lawmakers voted against it" is a count of votes
            counted = [c for head in heads for c in head.children if c.dep_ in {"nummod", "poss"} or c.lower_ == "the"]
            named = [] if counted and all(c.dep_ == "nummod" for c in counted) else named
        for target in found:
            if "treaty" in cue.when and target.referent.sort != "treaty":
                continue
            deed = target.referent.sort == "event" and target.head is not None and _is_deed(target.head)
            if "weak" in cue.when and target.referent.sort != "treaty" and not (deed or self._is_measure(target)):
                continue
            if target.head is not None and target.head.lemma_.lower() in words_of("fought") and cue.lemma == "fight":
                continue  # "did not fight three wars for this"
            if "event" in cue.when and target.referent.sort != "event" and not self._is_measure(target):
                continue
            polarity = times(target.polarity, cue.polarity)
            if negative and advice:
                polarity = opposite(polarity)
            elif negative and "denied" not in cue.when:
                polarity = denied(polarity) if "negated" not in cue.when else Polarity.NEUTRAL
            would = any(c.dep_ == "aux" and c.lower_ in {"would", "'d", "’d"} for c in verb.children)
            restricted = target.restricted and (polarity == Polarity.OPPOSES or would)
            # "would drop its objections if …": what stands against it stays until then
            given_up = polarity == Polarity.NEUTRAL and cue.polarity == Polarity.OPPOSES and would
            # "has no objection, provided that …" is more than "no longer objects since …"
            bound = condition is not None and condition.lower_ in words_of("proviso") and verb.dep_ != "relcl"
            conditional = condition is not None and (polarity != Polarity.NEUTRAL or given_up or bound)
            if (conditional or restricted) and not target.averted:
                polarity = Polarity.CONDITIONAL
            hedged = cue.hedged or is_hedged(token)
            confidence = _CONFIDENCE[cue.pos] - (0.15 if target.head is None else 0.0) - (0.1 if hedged else 0.0)
            yield Stance(named, target, polarity, token, hedged, confidence, heads, negative)


def _is_deed(head: Token) -> bool:
    """Whether a noun tells a deed at which one may take offence: "criticised the visit"."""
    return head.lemma_.lower() in words_of("deed") or head.dep_ == "pcomp"


def _remember(targets: Targets, stance: Stance, at: int) -> None:
    head = stance.target.head
    targets.topics.remember(stance.target.referent, stance.polarity, at if head is None else max(at, head.i))


def _condition_within(cue: StanceCue, token: Token) -> Token | None:
    """The condition of what somebody warns of: "warned that the accord would fail unless the airport was opened"."""
    if "clause" in cue.targets and cue.lemma in words_of("require"):  # "wants the deal scrapped unless …"
        wanted = (c for c in token.children if c.dep_ in {"ccomp", "xcomp"} and c.i > token.i)
        bound = (found for clause in wanted if (found := condition_of(clause)) is not None)
        return next((mark for mark in bound if mark.lower_ in words_of("proviso") and mark.lower_ != "if"), None)
    if "content" not in cue.targets:
        return None
    clauses = (c for c in token.children if c.dep_ == "ccomp" and c.i > token.i)
    return next((found for clause in clauses if (found := condition_of(clause)) is not None), None)

"""When and where an event happened: the time expressions and places that belong to its trigger."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from kgbuild.extraction.dates.calendar import add
from kgbuild.extraction.document import DateMention
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import words
from kgbuild.facts import PartialDate, TimeSpan

_CLIMB = 10
_OPENING = 2
_MODIFIER = frozenset({"nummod", "compound", "amod", "nmod", "poss"})
#: prepositions within a noun phrase, whose object a parser often takes for what a clause behind it is about
_INSIDE = frozenset({"of", "between", "with", "to", "in", "at"})
_AT = frozenset({"at", "in", "under", "during", "on", "for", "with", "after", "by"})


@dataclass(frozen=True, slots=True)
class Attached:
    """A time expression and the words above it, from its own head up to the verb of its clause."""

    when: TimeSpan
    start: int
    path: tuple[int, ...]


class Times:
    """The time expressions of a document by the words that they belong to."""

    def __init__(
        self,
        arguments: Arguments,
        dates: list[DateMention],
        triggers: set[int],
        published: PartialDate | None,
        leaving: Container[int] = (),
    ) -> None:
        self._published = published
        self._arguments = arguments
        self._triggers = triggers
        self._leaving = leaving
        self._at: dict[int, list[tuple[int, Attached]]] = {}
        self._relative: dict[int, DateMention] = {}
        #: verbs told as "hours before the announcement", with the noun
        self.relative_to: dict[int, int] = {}
        for mention in dates:
            if mention.when is None and mention.frame == "calendar":
                self._relate(mention)
            if mention.when is None or mention.frame != "calendar" or arguments.in_dateline(mention.start):
                continue
            attached = Attached(mention.when, mention.start, self._path(mention))
            for steps, i in enumerate(attached.path):
                self._at.setdefault(i, []).append((steps, attached))
            self._relative.update(dict.fromkeys(range(mention.start, mention.end), mention))
        for mention in dates:
            if mention.shift is not None:
                self._date_by_shift(mention, mention.shift)

    def _date_by_shift(self, mention: DateMention, shift: tuple[int, str]) -> None:
        """Dates what something is told to be before or after: "a month after **shells fell**", "hours before it"."""
        tokens = self._arguments.tokens
        last = mention.end - 1
        if tokens.lower[last] not in ("after", "before"):
            return
        if tokens.dep[last] == "mark":
            target = tokens.head[last]
            governor = tokens.head[target]
        else:
            target = next((c for c in tokens.children[last] if tokens.dep[c] in ("pobj", "pcomp")), -1)
            governor = tokens.head[last]
        for _ in range(_OPENING):
            if tokens.pos[governor] not in ("VERB", "AUX"):
                governor = tokens.head[governor]
        if target < 0 or governor == target or tokens.pos[governor] not in ("VERB", "AUX"):
            return
        steps, unit = shift
        if target in self._at:
            # "the raid came three days after they agreed a truce **on May 10**"
            known = self._nearest(target)
            later = add(known.start, steps, unit) if known is not None and known.start is not None else None
            if later is not None and governor not in self._at:
                self._at.setdefault(governor, []).append((0, Attached(TimeSpan.on(later), mention.start, (governor,))))
            return
        told = self._clause(governor) or next(
            (found for c in tokens.children[governor] if c in self._triggers and (found := self._nearest(c))), None
        )
        moment = (
            told.start
            if told is not None
            else (self._published if unit in ("week", "month", "year", "decade") else None)
        )
        date = add(moment, -steps, unit) if moment is not None else None
        if date is not None:
            attached = Attached(TimeSpan.on(date), mention.start, (target,))
            self._at.setdefault(target, []).append((0, attached))

    def _relate(self, mention: DateMention) -> None:
        """Keeps what "hours before **the announcement**, shells fell" is relative to, for the verb that it dates."""
        tokens = self._arguments.tokens
        last = mention.end - 1
        hours = any(
            tokens.lower[i] in ("hours", "hour", "minutes", "moments") for i in range(mention.start, mention.end)
        )
        target = next((c for c in tokens.children[last] if tokens.dep[c] == "pobj"), -1)
        verb = tokens.head[last]
        if hours and target >= 0 and tokens.lower[last] in ("before", "after"):
            self.relative_to[verb] = target

    def _path(self, mention: DateMention) -> tuple[int, ...]:
        """The words that an expression can date: the first trigger above it, or the verb of its clause."""
        tokens = self._arguments.tokens
        i = tokens.root(mention.start, mention.end)
        path: list[int] = []
        opens = tokens.lower[max(0, mention.start - 1)] in ("in", "on") and tokens.pos[tokens.head[i]] == "PROPN"
        if tokens.dep[i] in _MODIFIER and opens:
            # "In August Chile shut its embassy", parsed as being about an August Chile
            i = mention.start - 1
        elif tokens.dep[i] in _MODIFIER and tokens.pos[tokens.head[i]] in ("NOUN", "PROPN"):
            # "the 2010 protocol", "Tuesday's vote": it belongs to its noun alone
            return (tokens.head[i],)
        before = mention.start - 1
        if before > 0 and tokens.lower[before] in ("in", "on", "at", "for", "of", "from"):
            before -= 1
        if before in self._triggers and tokens.pos[before] in ("NOUN", "PROPN"):
            # "elections on March 10": what stands side by side belongs together, however it is parsed
            verb = tokens.head[before]
            while tokens.pos[verb] in ("ADP", "ADV") and tokens.head[verb] != verb:
                verb = tokens.head[verb]
            # "broke off talks in February": the breaking off, not the talks
            return (verb,) if verb in self._leaving else (before,)
        since = mention.when is not None and mention.when.end is None
        for _ in range(_CLIMB):
            head = tokens.head[i]
            if head == i:
                break
            if tokens.lower[i] == "of" and tokens.pos[head] in ("NOUN", "PROPN") and head not in self._triggers:
                break
            path.append(head)
            if head in self._triggers:
                break
            if tokens.pos[head] in ("VERB", "AUX") and not self._passes(head, since=since):
                break
            i = head
        if not any(tokens.pos[word] in ("VERB", "AUX") or word in self._triggers for word in path):
            path += self._opening(mention)
        return tuple(path)

    def _opening(self, mention: DateMention) -> list[int]:
        """The main verb of the sentence that a time expression opens, however it is parsed."""
        tokens = self._arguments.tokens
        first = mention.start
        while first > 0 and tokens.sentence[first - 1] == tokens.sentence[mention.start]:
            first -= 1
        if mention.start - first > _OPENING:
            return []
        word = mention.start
        for _ in range(_CLIMB * 2):
            if tokens.head[word] == word:
                return [word] if tokens.pos[word] in ("VERB", "AUX") else []
            word = tokens.head[word]
        return []

    def _passes(self, verb: int, *, since: bool) -> bool:
        """Whether a verb only leads to what is dated: "talks **planned** for June", "when he **was** king in 1917"."""
        tokens = self._arguments.tokens
        dep, lemma = tokens.dep[verb], tokens.lemma_lower[verb]
        clause = verb
        while tokens.dep[clause] == "xcomp" and tokens.pos[tokens.head[clause]] in ("VERB", "AUX"):
            clause = tokens.head[clause]
        if tokens.dep[clause] in ("acl", "relcl"):
            noun = tokens.head[clause]
            if tokens.dep[noun] == "pobj" and tokens.lower[tokens.head[noun]] in _INSIDE:
                noun = tokens.head[tokens.head[noun]] if noun not in self._triggers else noun
            if noun in self._triggers:
                return lemma in words("realis.planned") or lemma in words("light") or tokens.tag[verb] == "VBG"
        if dep == "advcl" and lemma == "be":
            return True
        infinitive = any(tokens.lower[c] == "to" and tokens.dep[c] == "aux" for c in tokens.children[verb])
        # "negotiating a treaty to fix the border since 2015": what lasts since then is no purpose
        return since and infinitive and dep in ("acl", "advcl", "xcomp", "relcl")

    def of(self, i: int, *, verb: bool) -> tuple[TimeSpan | None, bool]:
        """When the event of a trigger is.

        Args:
            i: the trigger.
            verb: whether it is a verb.

        Returns:
            The time, and whether the trigger has it for itself rather than from the clause that it stands in.
        """
        own = self._nearest(i)
        if own is not None:
            return own, True
        tokens = self._arguments.tokens
        if not verb:
            carrier = self._arguments.carrier(i)
            if carrier < 0 or not self._shares(i):
                return None, False
            if tokens.lemma_lower[carrier] in words("deferring"):
                # "postponed on Tuesday": the postponing is on Tuesday; "until May" is what counts
                goals = [item for item in self._at.get(carrier, []) if self._is_goal(item[1])]
                return (min(goals, key=lambda item: item[0])[1].when if goals else None), False
            found = self._clause(carrier)
            subject = tokens.dep[i] in ("nsubj", "nsubjpass", "attr")
            if found is not None and found.end is None and tokens.lemma[carrier] == "be" and subject:
                # "the swap is the third since 2017"
                return None, False
            return found, False
        return self._clause(i) or self._of_infinitive(i), False

    def _of_infinitive(self, verb: int) -> TimeSpan | None:
        """The time of what was offered or demanded, if that is past: "offered to send monitors **in May**"."""
        tokens = self._arguments.tokens
        if tokens.tag[verb] != "VBD" or tokens.lemma_lower[verb] in words("realis.implicative"):
            return None
        for child in tokens.children[verb]:
            if (
                tokens.dep[child] == "xcomp"
                and child > verb
                and tokens.tag[child] == "VB"
                and child not in self._triggers
            ):
                found = self._nearest(child)
                if found is not None and found.end is not None and self._is_over(found.end):
                    return found
        return None

    def _is_over(self, date: PartialDate) -> bool:
        return self._published is not None and str(date) < str(self._published)

    def _shares(self, noun: int) -> bool:
        tokens = self._arguments.tokens
        if tokens.dep[noun] == "pobj":
            above = tokens.head[noun]
            return tokens.lower[above] in _AT or tokens.lemma[tokens.head[above]].lower() in words("occasions")
        return True

    def _clause(self, verb: int) -> TimeSpan | None:
        """The time of a verb: its own, or the one that it shares with the verb it hangs on."""
        tokens = self._arguments.tokens
        for _ in range(4):
            found = self._nearest(verb) or self._from_dependents(verb)
            if found is not None:
                return found
            head, dep = tokens.head[verb], tokens.dep[verb]
            when = self._relative[head].when if dep == "relcl" and head in self._relative else None
            date = (when.start or when.end) if when else None
            if date is not None:
                # "since May, when Minsk expelled a pair of attachés"
                return TimeSpan.on(date)
            if dep == "relcl" and self._is_there(verb):
                # "met in Yerevan on Wednesday, **where** they signed …"
                place = head
                while place != tokens.head[place] and tokens.pos[place] not in ("VERB", "AUX"):
                    place = tokens.head[place]
                return self._nearest(place) or self._from_dependents(place)
            if head == verb or tokens.pos[head] not in ("VERB", "AUX"):
                return None
            lemma = tokens.lemma_lower[head]
            shares = (
                (dep == "xcomp" and (lemma in words("aspect") or lemma in words("realis.planned") or lemma == "be"))
                or (dep == "ccomp" and lemma in words("disclosing") and self._is_news(verb))
                or (dep == "conj" and tokens.tag[verb] == tokens.tag[head])
                or (dep == "advcl" and (tokens.tag[verb] == "VBG" or self._is_when(verb)))
                or (dep == "advcl" and self._is_purpose(verb) and self._goes_with(verb, lemma))
            )
            if not shares:
                return None
            verb = head
        return None

    def _is_news(self, verb: int) -> bool:
        """Whether a clause tells what is new when it is told: "said they **have agreed**", "it **was expelling**"."""
        tokens = self._arguments.tokens
        helpers = {tokens.lower[c] for c in tokens.children[verb] if tokens.dep[c] == "aux"}
        going_on = tokens.tag[verb] == "VBG" and bool(helpers & {"was", "were", "is", "are"})
        return going_on or bool(helpers & {"have", "has", "'ve"})

    def _is_there(self, verb: int) -> bool:
        """Whether a relative clause tells what somebody did where they were: "in Yerevan, where they **signed** it"."""
        tokens = self._arguments.tokens
        past = tokens.tag[verb] == "VBD" or any(
            tokens.lower[c] in ("will", "was", "were") for c in tokens.children[verb]
        )
        return past and any(tokens.lower[c] == "where" for c in tokens.children[verb])

    def _is_goal(self, attached: Attached) -> bool:
        tokens = self._arguments.tokens
        return tokens.lower[attached.start] in ("to", "until", "till") or (
            attached.start > 0 and tokens.lower[attached.start - 1] in ("to", "until", "till")
        )

    def _goes_with(self, verb: int, lemma: str) -> bool:
        return lemma in words("travelling") or self._arguments.tokens.lemma_lower[verb] in words("voicing")

    def _is_purpose(self, verb: int) -> bool:
        tokens = self._arguments.tokens
        return any(tokens.lower[c] == "to" and tokens.dep[c] == "aux" for c in tokens.children[verb])

    def _is_when(self, verb: int) -> bool:
        """Whether a clause says when: what it tells and its main clause happened at the same time."""
        tokens = self._arguments.tokens
        return any(
            tokens.lower[c] in ("when", "as") and tokens.dep[c] in ("advmod", "mark") for c in tokens.children[verb]
        )

    def _from_dependents(self, verb: int) -> TimeSpan | None:
        """The time that a clause or phrase beside a verb gives it.

        "When soldiers landed **in October**, the two sides were in talks"; "Speaking **on Tuesday**, she accused …";
        "In a letter sent **on Tuesday**, he asked …"; "is due to begin **on June 12**"; "let them go **on Friday**".
        """
        tokens = self._arguments.tokens
        lemma = tokens.lemma_lower[verb]
        for child in tokens.children[verb]:
            dep = tokens.dep[child]
            if dep == "advcl" and (self._is_when(child) or (child < verb and tokens.tag[child] == "VBG")):
                found = self._nearest(child)
            elif dep == "prep" and tokens.lower[child] in ("in", "at", "during", "of", "from", "out"):
                found = self._of_occasion(child)
            elif (
                dep in ("acomp", "xcomp", "ccomp")
                and child not in self._triggers
                and (lemma in ("be", "let") or lemma in words("realis.planned") or lemma in words("aspect"))
            ):
                found = self._nearest(child) or self._of_complement(child)
            else:
                continue
            if found is not None:
                return found
        return None

    def _of_complement(self, word: int) -> TimeSpan | None:
        """The time of what something is due, set or expected to do, if that is only to begin or to happen."""
        tokens = self._arguments.tokens
        if tokens.lemma_lower[word] not in words("realis.planned"):
            return None
        inner = [
            c for c in tokens.children[word] if tokens.dep[c] == "xcomp" and tokens.lemma_lower[c] in words("light")
        ]
        return next((found for c in inner if (found := self._nearest(c)) is not None), None)

    def _of_occasion(self, preposition: int) -> TimeSpan | None:
        """The time of the letter in which, or the meeting at which, something is done."""
        tokens = self._arguments.tokens
        for noun in tokens.children[preposition]:
            lemma = tokens.lemma_lower[noun]
            if tokens.dep[noun] == "prep":
                # "walked out of the talks in 2019"
                return self._of_occasion(noun)
            if tokens.dep[noun] == "pobj" and (lemma in words("documents") or noun in self._triggers):
                clauses = [c for c in tokens.children[noun] if tokens.dep[c] in ("acl", "relcl")]
                for word in (noun, *clauses):
                    found = self._nearest(word)
                    if found is not None:
                        return found
        return None

    def _nearest(self, i: int) -> TimeSpan | None:
        found = self._at.get(i)
        if not found:
            return None
        return min(found, key=lambda item: (item[0], abs(item[1].start - i)))[1].when


def place_of(arguments: Arguments, i: int, *, verb: bool) -> tuple[str, str]:
    """Where an event is: the words of the text, and the key of the state if the place is one; both may be empty."""
    tokens = arguments.tokens
    for preposition in ("in", "at", "on", "near", "outside"):
        for head in arguments.after(i, preposition, verb=verb):
            if tokens.ent[head] not in ("GPE", "LOC", "FAC"):
                continue
            start = head
            while start > 0 and tokens.ent[start - 1] == tokens.ent[head] and tokens.head[start - 1] <= head:
                if tokens.pos[start - 1] in ("PUNCT", "CCONJ", "ADP"):
                    break
                start -= 1
            referent = arguments.referents.get(head)
            state = referent.key if referent is not None and referent.type == "State" else ""
            named = (
                state
                and referent is not None
                and tokens.words(start, head + 1) in (referent.name, *referent.other_names)
            )
            settled = referent is not None and not referent.tentative
            return tokens.words(start, head + 1).removeprefix("the "), state if named and settled else ""
    return "", ""

"""When and where an event happened: the time expressions and places that belong to its trigger."""

from __future__ import annotations

from collections.abc import Container

from kgbuild.extraction.dates.calendar import add
from kgbuild.extraction.document import DateMention
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.attachments import Attached, Attachments
from kgbuild.extraction.events.lexicon import words
from kgbuild.facts import PartialDate, TimeSpan

_OPENING = 2
_AT = frozenset({"at", "in", "under", "during", "on", "for", "with", "after", "by"})


class Times(Attachments):
    """Tells when the events of one document are: by their own time expressions, or by those of the clause around them.

    Also by what they are told to be before or after ("a month after **shells fell**"), and by how long they last.
    """

    def __init__(
        self,
        arguments: Arguments,
        dates: list[DateMention],
        triggers: set[int],
        published: PartialDate | None,
        leaving: Container[int] = (),
    ) -> None:
        super().__init__(arguments, dates, triggers, published, leaving)
        for mention in dates:
            if mention.shift is None:
                continue
            if mention.frame == "duration":
                self._date_by_length(mention, mention.shift)
            else:
                self._date_by_shift(mention, mention.shift)

    def _date_by_length(self, mention: DateMention, length: tuple[int, str]) -> None:
        """Dates what has lasted so long by its beginning: "after a year of **talks**", "in **talks** for six years".

        "Met for two hours" and "has led three rounds of talks in two years" tell of no beginning.
        """
        steps, unit = length
        since = (
            add(self._published, -steps, unit) if self._published is not None and unit in words("long_spans") else None
        )
        if since is None:
            return
        tokens = self._arguments.tokens
        last = mention.end - 1
        found = -1
        before = tokens.lower[mention.start - 1] if mention.start else ""
        if before == "after":
            of = next((c for c in tokens.children[last] if tokens.lower[c] == "of"), -1)
            found = next((c for c in tokens.children[of] if c in self._triggers), -1) if of >= 0 else -1
        elif before == "for":
            word = mention.start - 1
            for _ in range(_OPENING * 2):
                word = tokens.head[word]
                if word in self._triggers or tokens.pos[word] in ("VERB", "AUX"):
                    break
            verb = word if tokens.pos[word] in ("VERB", "AUX") else self._arguments.carrier(word)
            helpers = {tokens.lower[c] for c in tokens.children[verb]} | {tokens.lower[verb]} if verb >= 0 else set()
            found = word if "been" in helpers and helpers & {"have", "has"} else -1
        if found >= 0:
            attached = Attached(TimeSpan(since, None), mention.start, (found,))
            self._at.setdefault(found, []).append((0, attached))

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
            if self._defers(carrier):
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

    def _defers(self, verb: int) -> bool:
        """Whether a verb puts something off or calls it off, rather than "called a march for Monday"."""
        tokens = self._arguments.tokens
        lemma = tokens.lemma_lower[verb]
        particle = lemma not in ("call", "put") or any(
            tokens.lower[c] in words("realis.denied_particles") for c in tokens.children[verb]
        )
        return particle and lemma in words("deferring")

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
            if dep == "pcomp" and tokens.lower[head] == "by" and tokens.pos[tokens.head[head]] == "VERB":
                # "retaliated the next day by **expelling** two diplomats"
                verb = tokens.head[head]
                continue
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

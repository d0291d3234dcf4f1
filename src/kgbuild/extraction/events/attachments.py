"""Which words the time expressions of a document belong to, read from where they stand."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from kgbuild.extraction.document import DateMention
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import words
from kgbuild.facts import PartialDate, TimeSpan

_CLIMB = 10
_OPENING = 2
#: how many words before a date that is parsed as of the clause behind it the verb can stand that it dates
_BEHIND = 9
_MODIFIER = frozenset({"nummod", "compound", "amod", "nmod", "poss"})
#: prepositions within a noun phrase, whose object a parser often takes for what a clause behind it is about
_INSIDE = frozenset({"of", "between", "with", "to", "in", "at"})


@dataclass(frozen=True, slots=True)
class Attached:
    """A time expression and the words above it, from its own head up to the verb of its clause."""

    when: TimeSpan
    start: int
    path: tuple[int, ...]


class Attachments:
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

    def _relate(self, mention: DateMention) -> None:
        """Keeps what "hours before **the announcement**, shells fell" is relative to, for the verb that it dates."""
        tokens = self._arguments.tokens
        last = mention.end - 1
        hours = any(tokens.lower[i] in words("short_spans") for i in range(mention.start, mention.end))
        target = next((c for c in tokens.children[last] if tokens.dep[c] == "pobj"), -1)
        verb = tokens.head[last]
        if hours and target >= 0 and tokens.lower[last] in ("before", "after"):
            self.relative_to[verb] = target

    def _path(self, mention: DateMention) -> tuple[int, ...]:
        """The words that an expression can date: the first trigger above it, or the verb of its clause."""
        tokens = self._arguments.tokens
        i = tokens.root(mention.start, mention.end)
        path: list[int] = []
        opens = tokens.lower[max(0, mention.start - 1)] in ("in", "on") and (
            tokens.pos[tokens.head[i]] == "PROPN" or tokens.text[max(0, mention.start - 1)] == "In"
        )
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
        closed = self._closed_before(mention, i)
        if closed >= 0:
            return (closed,)
        since = mention.when is not None and mention.when.end is None
        for _ in range(_CLIMB):
            head = tokens.head[i]
            if head == i:
                break
            if tokens.lower[i] == "of" and tokens.pos[head] in ("NOUN", "PROPN") and head not in self._triggers:
                break
            if since and tokens.lower[head] in words("counting"):
                # "the talks, the second since March": when others were
                return ()
            path.append(head)
            if head in self._triggers:
                break
            if tokens.pos[head] in ("VERB", "AUX") and not self._passes(head, since=since):
                break
            i = head
        if not any(tokens.pos[word] in ("VERB", "AUX") or word in self._triggers for word in path):
            path += self._opening(mention)
        return tuple(path)

    def _closed_before(self, mention: DateMention, root: int) -> int:
        """The verb before a date that a comma closes, parsed as of the clause behind: "**ratified** in May, covers"."""
        tokens = self._arguments.tokens
        comma = mention.end
        if comma >= len(tokens) or tokens.text[comma] != "," or tokens.head[root] <= comma:
            return -1
        for i in range(mention.start - 1, max(-1, mention.start - _BEHIND), -1):
            if tokens.text[i] in (",", ";", ":") or tokens.sentence[i] != tokens.sentence[root]:
                return -1
            if i in self._triggers:
                return i
        return -1

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

    def _nearest(self, i: int) -> TimeSpan | None:
        found = self._at.get(i)
        if not found:
            return None
        return min(found, key=lambda item: (self._is_for(item[1]), item[0], abs(item[1].start - i)))[1].when

    def _is_for(self, attached: Attached) -> bool:
        """Whether it is what something is meant for: "settled the quota **for 2026** on May 3"."""
        return attached.start > 0 and self._arguments.tokens.lower[attached.start - 1] == "for"

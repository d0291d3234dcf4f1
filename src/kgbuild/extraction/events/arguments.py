"""Who fills the slots of an event's trigger, and whether the conditions of a row of the trigger table are met."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from kgbuild.authority.folding import ascii_letters
from kgbuild.extraction.document import Referent
from kgbuild.extraction.events.denotations import Denotations
from kgbuild.extraction.events.lexicon import Condition, Slot, words
from kgbuild.facts import ActorType

_POLITIES = frozenset(
    {ActorType.STATE, ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION}
)
_CLIMB_ABOVE = 4
#: kinds that are no words which themselves must stand there
_SORTS = frozenset(("any", "treaty", "money", "place", "proper", "human", "official", "body", "pair")) | frozenset(
    ("actor", "state", "person", "group", "io", "polity")
)


@functools.cache
def _parted(kinds: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Which of some kinds are words that must stand there themselves, and the others."""
    others = {kind for kind in kinds if kind in _SORTS or kind.startswith("@")}
    return kinds - others, tuple(sorted(others))


class Arguments(Denotations):
    """Reads who takes part in the events of one document."""

    def readings(self, verb: int) -> Iterator[None]:
        """Reads a participle behind a noun in one way after another: as parsed, then as parsers often get it wrong.

        "A truce between the two sides, **signed** in May" is about the truce; "the protocol the two countries
        **signed** in May" has the countries as its subject. The reading that was yielded last is kept.
        """
        yield
        tokens = self.tokens
        yield from self._readings_of_clause(verb)
        if self._is_whole_sentence(verb):
            # "Five states **signed** in Oslo", parsed as states that were signed
            self._actives[verb] = tokens.head[verb]
            yield
            del self._actives[verb]
        if tokens.tag[verb] not in ("VBN", "VBD") or tokens.dep[verb] not in ("acl", "relcl", "ccomp", "dep"):
            return
        if any(tokens.dep[c] in ("aux", "auxpass", "nsubj", "agent", "dobj") for c in tokens.children[verb]):
            return
        noun = head = tokens.head[verb]
        if tokens.dep[verb] == "acl" and not self.is_passive(verb):
            # "the agreement, **initialled** in April, will be signed", tagged as active
            self._objects[verb] = noun
            yield
        for _ in range(3):
            if tokens.dep[noun] != "pobj" or tokens.pos[tokens.head[tokens.head[noun]]] not in ("NOUN", "PROPN"):
                break
            noun = tokens.head[tokens.head[noun]]
            self._objects[verb] = noun
            yield
        self._objects.pop(verb, None)
        if tokens.lemma_lower[head] in words("kinds.body") | words("kinds.official") or self.denoted(head):
            before = tokens.left_edge(head) - 1
            while before > 0 and tokens.lower[before] in ("that", "which", ",", "and"):
                before -= 1
            before = self._treaty_at.get(before, before)
            if before >= 0 and tokens.pos[before] in ("NOUN", "PROPN"):
                self._actives[verb] = head
                self._objects[verb] = before
                yield
                del self._actives[verb], self._objects[verb]

    def _is_whole_sentence(self, verb: int) -> bool:
        """Whether a participle stands behind a noun that is but the subject of a sentence without other verbs."""
        tokens = self.tokens
        noun = tokens.head[verb]
        if tokens.dep[verb] != "acl" or tokens.dep[noun] != "ROOT" or tokens.kind[verb] != "body" or noun != verb - 1:
            return False
        return tokens.tag[verb] in ("VBN", "VBD") and not any(tokens.dep[c] == "agent" for c in tokens.children[verb])

    def _readings_of_clause(self, verb: int) -> Iterator[None]:
        """A relative clause as one about what its noun is a part of: "the pact between the two, **which** he left"."""
        tokens = self.tokens
        if tokens.dep[verb] not in ("acl", "relcl") or tokens.pos[verb] != "VERB":
            return
        gap = tokens.child(verb, "dobj")
        if gap < 0 or tokens.lower[gap] not in ("which", "that") or tokens.child(verb, "nsubj") < 0:
            return
        noun = tokens.head[verb]
        for _ in range(3):
            self._objects[verb] = noun
            yield
            above = tokens.head[tokens.head[noun]]
            if tokens.dep[above] == "acl" and tokens.tag[above] == "VB":
                # "an agreement to pay for the dam, **which** Peru left"
                above = tokens.head[above]
            if tokens.dep[noun] != "pobj" or tokens.pos[above] not in ("NOUN", "PROPN"):
                break
            noun = above
        self._objects.pop(verb, None)

    def fill(self, i: int, slots: Iterable[Slot], *, verb: bool) -> list[Referent]:
        """The actors in some slots of a trigger, each once."""
        found: list[Referent] = []
        for slot in slots:
            for referent in self.actors(self.slot(i, slot.path, verb=verb)):
                who = self.state(referent) if slot.state else referent
                if who not in found:
                    found.append(who)
        return found

    def subjects(self, verb: int, depth: int = 0) -> list[int]:
        """Who does what a verb says; see :meth:`Slots.subjects`.

        A verb that is parsed as coordinated with the wrong one ("a feast to which nobody invited the bride" and
        **threatened** to sue) has the subject of the clause above.
        """
        found = super().subjects(verb, depth)
        tokens = self.tokens
        if depth or tokens.dep[verb] != "conj":
            return found
        known = any(tokens.pos[i] != "PRON" or i in self.referents for i in found)
        if known and not self._leaves_clause(verb):
            return found
        if self.is_passive(verb) or tokens.child(verb, "nsubj") >= 0:
            return found
        above = tokens.head[verb]
        for _ in range(_CLIMB_ABOVE):
            if above == tokens.head[above]:
                break
            above = tokens.head[above]
            if tokens.tag[above] == tokens.tag[verb] and tokens.pos[above] == "VERB":
                return super().subjects(above)
        return found

    def _leaves_clause(self, verb: int) -> bool:
        """Whether a verb that is parsed as of a clause goes on with the main one.

        "Regretted that it had not met and **urged** …"; "condemned the coup, in which six men died, and **called** …".
        """
        tokens = self.tokens
        inner = tokens.head[verb]
        if tokens.tag[verb] != "VBD":
            return False
        if tokens.dep[inner] == "ccomp":
            return tokens.tag[inner] == "VBN" and any(tokens.lower[c] == "had" for c in tokens.children[inner])
        conjunction = next((c for c in tokens.children[inner] if tokens.dep[c] == "cc" and c < verb), -1)
        subject = tokens.child(inner, "nsubj", "nsubjpass")
        apart = conjunction > 0 and tokens.text[conjunction - 1] == ","
        return (
            apart and tokens.dep[inner] == "relcl" and subject >= 0 and tokens.tag[subject] not in ("WDT", "WP", "IN")
        )

    # --- conditions --------------------------------------------------------------------------------------------------

    def holds(
        self, i: int, condition: Condition, *, verb: bool, filled: dict[tuple[str, ...], list[int]] | None = None
    ) -> bool:
        """Whether a condition on a trigger is met.

        Args:
            i: the trigger.
            condition: on one of its slots.
            verb: whether the trigger is a verb.
            filled: the slots of this trigger that other conditions have asked for; it is added to.
        """
        if condition.path == ("plural",):
            return (self.tokens.tag[i] in ("NNS", "NNPS")) != condition.negative
        if condition.path == ("passive",):
            return self.is_passive(i) != condition.negative
        if "*any-slot" in condition.kinds:
            met = any(self._one(i, name, verb=verb) for name in condition.path)
        else:
            filled = {} if filled is None else filled
            if condition.path not in filled:
                filled[condition.path] = self.slot(i, condition.path, verb=verb)
            heads = filled[condition.path]
            kinds = condition.kinds
            met = not heads if "none" in kinds else bool(heads) and (not kinds or self._is_any(heads, kinds))
        return met != condition.negative

    def _is_any(self, heads: Iterable[int], kinds: frozenset[str]) -> bool:
        themselves, others = _parted(kinds)
        tokens = self.tokens
        for head in heads:
            if tokens.lemma_lower[head] in themselves or tokens.lower[head] in themselves:
                return True
            for kind in others:
                if self.is_kind(head, kind):
                    return True
        return False

    def is_kind(self, i: int, kind: str) -> bool:
        """Whether what has this head is of a kind; see the head of ``event_triggers.tsv``."""
        tokens = self.tokens
        if kind == "any":
            return True
        if tokens.lower[i] in ("it", "them") and kind.startswith("@"):
            # "imposed a tariff and lifted **it**"
            before = self._object_before(i)
            if before >= 0:
                return self.is_kind(before, kind)
        lemma = tokens.lemma_lower[i]
        if kind.startswith("@"):
            listed = words("lists." + kind[1:])
            return lemma in listed or tokens.lower[i] in listed or ascii_letters(lemma).removesuffix("s") in listed
        if kind == "treaty":
            referent = self.referents.get(i)
            return (referent is not None and referent.sort == "treaty") or lemma in words("lists.treaties")
        if kind == "money":
            return tokens.ent[i] == "MONEY" or lemma in words("kinds.money")
        if kind == "place":
            return tokens.ent[i] in ("GPE", "LOC", "FAC") or self.is_capital(i)
        if kind == "proper":
            return tokens.pos[i] == "PROPN" and not self.actors([i], strict=True)
        if kind == "human":
            return self.is_human(i)
        if kind in ("official", "body", "pair"):
            return self._is_common_kind(i, kind, lemma)
        if kind in ("actor", "state", "person", "group", "io", "polity"):
            return any(
                self._is_actor_kind(referent, kind) for referent in self.actors([i], strict=kind != "actor")
            ) or (kind == "polity" and lemma in words("kinds.body"))
        return lemma == kind or tokens.lower[i] == kind

    def _object_before(self, i: int) -> int:
        """The object of the verb that a pronoun's verb is coordinated with, or -1."""
        tokens = self.tokens
        verb = tokens.head[i]
        if tokens.dep[i] != "dobj" or tokens.dep[verb] != "conj":
            return -1
        found = [o for o in self.objects(tokens.head[verb]) if o < i and tokens.pos[o] in ("NOUN", "PROPN")]
        return found[0] if found else -1

    def _is_common_kind(self, i: int, kind: str, lemma: str) -> bool:
        if kind == "pair":
            tokens = self.tokens
            return len(self.actors([i])) > 1 or len(self.coordinated(i)) > 1 or (
                lemma in words("kinds.pair") and (tokens.tag[i] in ("NNS", "CD") or lemma in ("they", "we", "both"))
            )  # fmt: skip
        if lemma in words("kinds." + kind):
            return True
        wanted = (ActorType.PERSON,) if kind == "official" else (ActorType.GOVERNMENT_BODY,)
        return any(referent.type in wanted for referent in self.actors([i]))

    @staticmethod
    def _is_actor_kind(referent: Referent, kind: str) -> bool:
        return {
            "actor": True,
            "state": referent.type == ActorType.STATE,
            "person": referent.type == ActorType.PERSON,
            "group": referent.type == ActorType.GROUP,
            "io": referent.type == ActorType.INTERNATIONAL_ORGANIZATION,
            "polity": referent.type in _POLITIES,
        }[kind]

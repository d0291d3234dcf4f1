"""Whom the noun phrases around an event mean: named actors, numbers of people, the states of capitals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc

from kgbuild.extraction.actors.groups import phrase_bounds
from kgbuild.extraction.document import Mention, Referent, members_of
from kgbuild.extraction.events.lexicon import words
from kgbuild.extraction.events.slots import Slots
from kgbuild.extraction.lexicons import person_nouns
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType, Statement

_MODIFIERS = frozenset({"compound", "amod", "nmod", "poss"})
_PEOPLE = (ActorType.PERSON, ActorType.GROUP)
_WHOSE = frozenset({"whose"})
_FIRST_PERSON = frozenset({"i", "we", "us", "me", "our", "my"})


class Denotations(Slots):
    """Tells which actors and treaties the noun phrases of one document denote."""

    def __init__(self, doc: Doc, tokens: Tokens) -> None:
        super().__init__(doc, tokens)
        self._doc = doc
        self._actors: list[Referent] = doc._.actors
        self.by_key: dict[str, Referent] = {referent.key: referent for referent in doc._.actors}
        self._treaty_at = {
            i: mention.head
            for treaty in doc._.treaties
            for mention in treaty.mentions
            for i in range(mention.start, mention.end)
        }
        self._capitals: dict[int, Referent] = doc._.capitals
        self._titles: dict[str, set[str]] = {}
        for role in doc._.roles:
            self._titles.setdefault(role.holder, set()).update(role.title.split())
        self._statements: list[Statement] = doc._.statements

    def actors(self, heads: Iterable[int], *, strict: bool = False) -> list[Referent]:
        """The actors that noun phrases denote, each once: coordinated ones too.

        Args:
            heads: of the noun phrases.
            strict: leave out those that a phrase only names within it ("negotiators from **Peru**").
        """
        found: list[Referent] = []
        for head in heads:
            for part in self.coordinated(head):
                for referent in self.denoted(part, strict=strict):
                    if referent not in found:
                        found.append(referent)
        return found

    def denoted(self, i: int, *, strict: bool = False) -> list[Referent]:
        """The actors that one noun phrase denotes, or else those it is made of ("negotiators from Peru and Chile")."""
        referent = self.referents.get(i)
        tokens = self.tokens
        if referent is None and tokens.lower[i] in _FIRST_PERSON:
            return self._speakers(i)
        vague = referent is not None and referent.type == ActorType.GROUP and referent.tentative
        if (referent is None or vague) and (owner := self._owner(i)) >= 0:
            found = self.denoted(owner, strict=strict)
            return found if tokens.lemma_lower[i] in words("kinds.members") else [self.state(actor) for actor in found]
        if (referent is None or vague) and not strict and (leaders := self._leaders(i)):
            return leaders
        if (referent is None or vague) and (two := self._last_two(i)):
            return two
        if referent is None and not strict and (whole := self._group_before(i)) is not None:
            return [whole]
        if referent is None or vague:
            beside = [j for c in tokens.children[i] if tokens.dep[c] == "appos" for j in self.coordinated(c)]
            named = [self.referents[j] for j in beside if j in self.referents]
            named = [other for other in named if not vague or other.type == ActorType.PERSON]
            if len(named) > 1 and all(other.sort == "actor" for other in named):
                # "the two ministers, Cemal Arslan and Nikos Vlachos"
                return [member for other in named for member in members_of(other)]
            referent = named[0] if named else referent
        if referent is not None and referent.sort == "actor":
            found = members_of(referent)
            if referent.type == ActorType.GROUP and not strict:
                found += [member for member in self._within(i) if member not in found]
            return found
        if strict or referent is not None or tokens.pos[i] not in ("NOUN", "PROPN"):
            return []
        return list(self._within(i))

    def _owner(self, i: int) -> int:
        """Whose members or country they are: "an alliance **whose supporters** burned tyres"; -1 if nobody's."""
        tokens = self.tokens
        if not tokens.lower_at.any(_WHOSE) or not any(tokens.lower[c] == "whose" for c in tokens.children[i]):
            return -1
        if tokens.lemma_lower[i] not in words("kinds.members") | words("kinds.homes"):
            return -1
        clause = tokens.head[i]
        owner = tokens.head[clause] if tokens.dep[clause] == "relcl" else -1
        # a clause behind a name of several words is often parsed as of the last of them
        return next((m.head for r in self._actors for m in r.mentions if m.start <= owner < m.end), owner)

    def _group_before(self, i: int) -> Referent | None:
        """Of whom a bare number is a part: "activists blocked the gates; **four** were arrested"."""
        tokens = self.tokens
        if tokens.tag[i] != "CD" or tokens.dep[i] != "nsubjpass" or tokens.children[i]:
            return None
        for j in range(i - 1, -1, -1):
            if tokens.sentence[i] - tokens.sentence[j] > 1 or tokens.paragraph[j] != tokens.paragraph[i]:
                return None
            referent = self.referents.get(j)
            if referent is not None and referent.type == ActorType.GROUP:
                return referent
        return None

    def _leaders(self, i: int) -> list[Referent]:
        """Who leads a delegation of which nothing else is known: "**delegations** led by Ana Ruiz and Wu Li"."""
        tokens = self.tokens
        if tokens.lemma_lower[i] not in words("kinds.delegations"):
            return []
        agents = [
            head
            for clause in tokens.children[i]
            if tokens.dep[clause] == "acl" and tokens.lemma_lower[clause] in words("heading")
            for c in tokens.children[clause]
            if tokens.lower[c] == "by"
            for head in self._objects_of(c)
        ]
        return [actor for head in agents for part in self.coordinated(head) for actor in self.denoted(part)]

    def is_capital(self, i: int) -> bool:
        """Whether a token names a capital as a place."""
        return i in self._capitals

    def _last_two(self, i: int) -> list[Referent]:
        """ "The two ministers", of whom nothing is known: the two people spoken of last; likewise two countries.

        "Between **the two**" are the two states of the same sentence.
        """
        tokens = self.tokens
        if tokens.lower[i] in ("two", "both") and tokens.tag[i] in ("CD", "DT") and tokens.dep[i] == "pobj":
            return self._two_states_of(i)
        if tokens.tag[i] != "NNS" or not any(tokens.lower[c] in ("two", "both") for c in tokens.children[i]):
            return []
        lemma = tokens.lemma_lower[i]
        people = lemma in words("kinds.official")
        if not people and lemma not in words("kinds.body"):
            return []
        posts = {tokens.lemma_lower[c] for c in tokens.children[i] if tokens.dep[c] in ("compound", "amod", "nmod")}
        if lemma not in words("kinds.leader"):
            posts.add(lemma)
        before: list[tuple[int, str]] = []
        for referent in self.by_key.values():
            if (referent.type == ActorType.PERSON) if people else (referent.type == ActorType.STATE):
                heads = [mention.head for mention in referent.mentions if mention.head < i]
                if heads and (not people or not posts or posts & self._titles.get(referent.key, set())):
                    before.append((max(heads), referent.key))
        latest = sorted(before)[-2:]
        return [self.by_key[key] for _, key in latest] if len(latest) == 2 else []

    def _two_states_of(self, i: int) -> list[Referent]:
        tokens = self.tokens
        found: list[Referent] = []
        for j in range(i - 1, -1, -1):
            if tokens.sentence[i] - tokens.sentence[j] > 1:
                break
            referent = self.referents.get(j)
            if referent is not None and referent.type == ActorType.STATE and referent not in found:
                found.append(referent)
        return found[:2] if len(found) >= 2 else []

    def patients(self, heads: Iterable[int]) -> list[Referent]:
        """People whom something is done to and whom nobody has named: unnamed groups are made of them.

        They join ``doc._.actors`` as tentative groups, since an arrest or a release is of somebody.
        """
        found: list[Referent] = []
        for head in heads:
            for part in self.coordinated(head):
                crowd = self.tokens.lemma[part].lower() in words("crowds")
                if part in self.referents or self.denoted(part) or not (crowd or self.is_human(part)):
                    continue
                if self.tokens.pos[part] != "NOUN":
                    continue
                start, end = phrase_bounds(self.tokens, part)
                number = len(self._actors)
                while f"a{number}" in self.by_key:
                    number += 1
                name = self.tokens.words(start, end)
                known = next((r for r in self._actors if r.type == ActorType.GROUP and r.name == name), None)
                referent = known or Referent(f"a{number}", "actor", name, ActorType.GROUP, tentative=True)
                referent.mentions.append(Mention(start, end, part, "description"))
                if known is None:
                    self._actors.append(referent)
                    self.by_key[referent.key] = referent
                self.referents[part] = referent
                found.append(referent)
        return found

    def hosts(self, heads: Iterable[int]) -> list[Referent]:
        """The states whose capitals some noun phrases name as places: "will visit **Kigali and Bujumbura**"."""
        found: list[Referent] = []
        for head in heads:
            for part in self.coordinated(head):
                state = self._capitals.get(part)
                if state is not None and state not in found:
                    found.append(state)
        return found

    def _speakers(self, i: int) -> list[Referent]:
        """ "We" and "I" in a quotation are whoever is quoted."""
        offset = self._doc[i].idx
        found: list[Referent] = []
        for statement in self._statements:
            if any(span.start <= offset < span.end for span in statement.content_spans):
                found = [self.by_key[key] for key in statement.speakers if key in self.by_key]
        return found

    def _within(self, i: int) -> Iterator[Referent]:
        tokens = self.tokens
        for child in tokens.children[i]:
            if tokens.dep[child] in _MODIFIERS:
                heads = [child]
            elif tokens.dep[child] == "prep" and tokens.lower[child] in ("of", "from", "between"):
                heads = self._objects_of(child)
            else:
                continue
            for head in heads:
                for part in self.coordinated(head):
                    referent = self.referents.get(part)
                    if referent is None or referent.sort != "actor":
                        continue
                    for member in members_of(referent):
                        # "his government" is that of his state
                        own = tokens.dep[child] == "poss" and tokens.lemma_lower[i] in words("kinds.body")
                        yield self.state(member) if own and member.type in _PEOPLE else member

    def coordinated(self, i: int) -> list[int]:
        """A token and those coordinated with it."""
        dep, children = self.tokens.dep, self.tokens.children
        found = [i]
        for current in found:  # the list grows while it is read
            for c in children[current]:
                if (dep[c] == "conj" or (dep[c] == "appos" and self._is_listed(c))) and c not in found:
                    found.append(c)
        return found

    def _is_listed(self, i: int) -> bool:
        """Whether an apposition is one more item of a list: "Norway, **the EU** and Britain agreed on quotas"."""
        tokens = self.tokens
        noun = tokens.head[i]
        if tokens.dep[i] != "appos" or tokens.pos[i] != "PROPN" or tokens.pos[noun] != "PROPN":
            return False
        if not any(tokens.dep[c] == "cc" for c in tokens.children[i]):
            return False
        ours, theirs = self.referents.get(noun), self.referents.get(i)
        return ours is not None and theirs is not None and ours is not theirs and ours.sort == theirs.sort == "actor"

    def state(self, referent: Referent) -> Referent:
        """The state that an actor belongs to, or the actor itself."""
        if referent.type == ActorType.STATE:
            return referent
        for key in referent.affiliation:
            if key in self.by_key:
                return self.by_key[key]
        return referent

    def treaties(self, heads: Iterable[int]) -> list[Referent]:
        """The treaties that noun phrases denote."""
        found: list[Referent] = []
        for head in heads:
            for part in self.coordinated(head):
                referent = self.referents.get(part)
                if referent is not None and referent.sort == "treaty" and referent not in found:
                    found.append(referent)
        return found

    def is_human(self, i: int) -> bool:
        """Whether a noun or pronoun is one for people, known to the word lists or by its form ("keepers")."""
        tokens = self.tokens
        lower, lemma = tokens.lower[i], tokens.lemma_lower[i]
        if lower in person_nouns() or lower in ("they", "them", "he", "she", "him", "her"):
            return True
        if tokens.ent[i] == "NORP" and tokens.tag[i] in ("NNPS", "NNS"):
            return True
        formed = lemma.endswith(tuple(words("kinds.human_endings"))) and tokens.tag[i] == "NNS"
        return formed and lemma not in words("kinds.not_human")

"""The cast of an article while it is being gathered: referents, their mentions, and finding them again by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kgbuild.authority import Entry, fold
from kgbuild.extraction.document import Mention, MentionKind, Referent
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType

#: prefix of the ids of entries that a text itself gave rise to; no authority has any such
MADE_HERE = "?"


@dataclass(slots=True)
class Cast:
    """Who is in an article.

    Attributes:
        tokens: the document.
        referents: in the order in which they were found; :meth:`number` brings them into text order.
        at: token -> whom the mention denotes whose head it is.
        by_authority: id of an entry -> its referent.
        bodies: (noun, key of the state or person) -> government body.
        entries: referent key -> its entry in the authority.
        titles: referent key -> titles of the posts that it holds.
        sets: joined keys -> several members as one plural referent.
        implied: gives the member for an id of the authority.
        entry: gives the authority's entry for an id.
        lookup: gives the government body that goes by a name in the authority.
    """

    tokens: Tokens
    referents: list[Referent] = field(default_factory=list)
    at: dict[int, Referent] = field(default_factory=dict)
    by_authority: dict[str, Referent] = field(default_factory=dict)
    bodies: dict[tuple[str, str], Referent] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    titles: dict[str, list[str]] = field(default_factory=dict)
    sets: dict[str, Referent] = field(default_factory=dict)
    implied: Callable[[str], Referent] | None = None
    entry: Callable[[str], Entry | None] | None = None
    lookup: Callable[[str], Referent | None] | None = None

    def new(self, name: str, type: ActorType, *, tentative: bool = False, plural: bool = False) -> Referent:
        """A new member of the cast, without mentions."""
        referent = Referent(
            key=f"?{len(self.referents)}", sort="actor", name=name, type=type, tentative=tentative, plural=plural
        )
        if type not in (ActorType.PERSON, ActorType.GROUP):
            referent.gender = "neutral"
        self.referents.append(referent)
        return referent

    def known(self, entry: Entry) -> Referent:
        """The member that is this entry of the authority; it joins the cast if it is new."""
        referent = self.by_authority.get(entry.id)
        if referent is None:
            referent = self.new(entry.name, entry.actor_type or ActorType.ORGANIZATION, tentative=True)
            # an entry that the text itself gave rise to has no place in any authority
            referent.authority = entry.id if not entry.id.startswith(MADE_HERE) else ""
            state = self.entry(entry.affiliation) if entry.affiliation and self.entry is not None else None
            if state is not None and state.actor_type == ActorType.STATE:
                referent.affiliation.append(self.known(state).key)
            self.by_authority[entry.id] = referent
            self.entries[referent.key] = entry
        return referent

    def mention(
        self, referent: Referent, start: int, end: int, kind: MentionKind = "name", head: int = -1, *, name: bool = True
    ) -> None:
        """Adds a mention.

        Args:
            referent: whose.
            start, end: its tokens.
            kind: see :class:`Mention`.
            head: its syntactic head; found if not given.
            name: whether its text is one of the referent's names.
        """
        head = head if head >= 0 else self.tokens.root(start, end)
        found = Mention(start, end, head, kind)
        # what denotes nobody yet has not been mentioned: a state may have many mentions to compare with
        if head not in self.at or found not in referent.mentions:
            referent.mentions.append(found)
        self.at[head] = referent
        if name:
            self.alias(referent, self.tokens.words(start, end))

    def together(self, members: Sequence[Referent]) -> Referent:
        """Several members as one plural referent, the same one for the same members; not itself in the cast."""
        key = "+".join(sorted(member.key for member in members))
        referent = self.sets.get(key)
        if referent is None:
            name = " and ".join(member.name for member in members)
            referent = Referent(key=key, sort="actor", name=name, plural=True, detail=list(members))
            self.sets[key] = referent
        return referent

    def alias(self, referent: Referent, text: str) -> None:
        """Adds another name, unless the referent has it already."""
        if text and text != referent.name and text not in referent.other_names:
            referent.other_names.append(text)

    def state_of(self, referent: Referent) -> Referent | None:
        """The state that a referent is, or belongs to; None if that is not known."""
        if referent.type == ActorType.STATE:
            return referent
        for key in referent.affiliation:
            member = self.get(key)
            if member is not None and member.type == ActorType.STATE:
                return member
        return None

    def get(self, key: str) -> Referent | None:
        """The member with a key, or None."""
        return next((referent for referent in self.referents if referent.key == key), None)

    def demonym(self, state: Referent) -> str:
        """The adjective of a state, or an empty text."""
        entry = self.entries.get(state.key)
        return entry.demonyms[0] if entry and entry.demonyms else ""

    def _number_new(self, kept: list[Referent]) -> dict[str, str]:
        """Gives those who joined after the others were numbered the next keys."""
        following = sum(not referent.key.startswith("?") for referent in kept)
        new = sorted(
            (r for r in kept if r.key.startswith("?")),
            key=lambda r: (r.mentions[0].start if r.mentions else len(self.tokens), r.name),
        )
        final = {referent.key: f"a{following + k}" for k, referent in enumerate(new)}
        for referent in kept:
            referent.affiliation = [final.get(key, key) for key in referent.affiliation]
        for referent in new:
            referent.key = final[referent.key]
        self.referents = kept
        return final

    def number(self) -> dict[str, str]:
        """Brings the cast into text order and gives everyone a final key.

        Returns:
            Former key -> final key.
        """
        for referent in self.referents:
            referent.mentions.sort(key=lambda mention: (mention.start, mention.end))
        kept = [referent for referent in self.referents if referent.mentions or referent.authority]
        if all(not referent.key.startswith("?") for referent in kept):
            return {}
        if any(not referent.key.startswith("?") for referent in kept):
            return self._number_new(kept)
        kept.sort(key=lambda r: (r.mentions[0].start if r.mentions else len(self.tokens), r.name))
        final = {referent.key: f"a{position}" for position, referent in enumerate(kept)}
        self.titles = {final[key]: titles for key, titles in self.titles.items() if key in final}
        self.bodies = {(noun, final.get(key, key)): body for (noun, key), body in self.bodies.items()}
        self.entries = {final[key]: entry for key, entry in self.entries.items() if key in final}
        for referent in kept:
            referent.affiliation = [final[key] for key in dict.fromkeys(referent.affiliation) if key in final]
            referent.key = final[referent.key]
        self.referents = kept
        return final


def is_region(referent: Referent) -> bool:
    """Whether a member is a part of a state that the authority knows, such as a province."""
    return referent.authority.startswith("region/")


def same_name(first: str, second: str) -> bool:
    """Whether two texts are the same name but for case, accents and articles."""
    return fold(first) == fold(second)

"""Decides for whom posts are held that it was only guessed of, once a whole text has been read."""

from __future__ import annotations

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.roles.own_words import committed_state
from kgbuild.extraction.roles.post import Post, is_short_for
from kgbuild.extraction.roles.states import HeldFor, may_hold, office
from kgbuild.extraction.roles.traditions import states_of_name
from kgbuild.facts import ActorType

#: kinds of posts that are rarely held by a foreigner
_NAMED_FOR = frozenset(("office", "diplomat", "legislator", "party", "military", "official"))
#: kinds of posts whose holders speak for a state
_OF_STATES = frozenset(("office", "diplomat", "official", "military"))


class Settling:
    """Corrects guesses in one article.

    Args:
        cast: the actors named.
        context: which state the text is about where.
        held_for: guesses for which states posts are held.
    """

    def __init__(self, cast: Cast, context: Context, held_for: HeldFor) -> None:
        self.cast = cast
        self.context = context
        self.held_for = held_for

    def settle(self, posts: list[Post]) -> list[Post]:
        """Lets what the text says of posts decide over those where it was only guessed for whom they are held."""
        for post in posts:
            if post.guessed and post.phrase is not None and _is_held_by_another(post, posts):
                others = self.held_for.states(post.holder, post.phrase, post.accredited_to)
                if others:
                    self.move(post, others)
        for post in posts:
            if post.kind == "party" and post.guessed:
                own = self._own_party(post.holder)
                post.represents = [own] if own is not None else post.represents
        self._choose_by_names(posts)
        self.hear(posts)
        said: dict[str, list[Referent]] = {}
        for post in posts:
            if not post.guessed:
                for state in map(self.cast.state_of, post.represents):
                    if state is not None:
                        said.setdefault(post.holder.key, []).append(state)
        self._add_wholes(posts)
        # "Gen. NAME, the head of the command": with a post told besides, "Gen." is a form of address
        told = {post.holder.key for post in posts if not (post.kind == "military" and _is_short(post))}
        posts = [
            post for post in posts if post.kind != "military" or not _is_short(post) or post.holder.key not in told
        ]
        for post in posts:
            if post.kind == "military" and post.guessed:
                # "its vice-president, Colonel NAME" is a colonel of whom he is vice-president of
                other = next((p for p in posts if p.holder is post.holder and not p.guessed), None)
                post.represents = list(other.represents) if other is not None else post.represents
                continue
            states = said.get(post.holder.key)
            if post.guessed and states and not set(map(id, states)) & set(map(id, post.represents)):
                post.represents = states[:1]
        return [post for post in posts if not any(_repeats(post, other) for other in posts)]

    def hear(self, posts: list[Post]) -> None:
        """Lets what holders say that a state will do decide where it was only guessed whose posts they hold."""
        for post in posts:
            if post.guessed and post.phrase is not None and post.kind in _OF_STATES:
                own = committed_state(self.cast, post.holder)
                if own is not None and own not in post.represents and _fits(own, post, posts):
                    self.move(post, [own])

    def _own_party(self, holder: Referent) -> Referent | None:
        """The party in "has said his party, NAME, backs it", where the holder is the subject."""
        tokens, at = self.cast.tokens, self.cast.at
        for mention in holder.mentions:
            if mention.kind != "name" or tokens.dep[mention.head] != "nsubj":
                continue
            i = mention.head + 1
            while i + 2 < len(tokens) and tokens.sentence[i] == tokens.sentence[mention.head]:
                owned = tokens.tag[i - 1] == "PRP$" and tokens.lower[i] in word_set("any_party")
                party = at.get(next((c for c in tokens.children[i] if tokens.dep[c] == "appos"), -1)) if owned else None
                if party is not None and party.type == ActorType.ORGANIZATION:
                    return party
                i += 1
        return None

    def _choose_by_names(self, posts: list[Post]) -> None:
        """Of the states that the text speaks of, those decide whose people have such names as the holder."""
        states = self.context.spoken_of()
        for post in posts:
            if not post.guessed or post.phrase is None or post.kind not in _NAMED_FOR:
                continue
            at_home = states_of_name(post.holder.name)
            guess = {_code(state) for state in post.represents}
            if not at_home or guess & at_home.keys() or self.context.publisher in post.represents:
                continue
            if len(guess) > 1 or (
                word_set("of_many_names") & {code.lower() for code in guess} and max(at_home.values()) < 2
            ):
                continue
            fitting = [
                (at_home[_code(state)], weight, -number, state)
                for number, (state, weight) in enumerate(states)
                if _code(state) in at_home and _fits(state, post, posts)
            ]
            if fitting:
                self.move(post, [max(fitting, key=lambda found: found[:3])[3]])

    def _add_wholes(self, posts: list[Post]) -> None:
        """Who heads a department of a ministry has a post in the ministry: "head of the legal department of the …"."""
        bodies = [r for r in self.cast.referents if r.type == ActorType.GOVERNMENT_BODY]
        for post in posts:
            spans = [(m.start, m.end) for r in post.represents if r in bodies for m in r.mentions]
            for whole in bodies:
                inside = any(a < m.start and m.end <= b for m in whole.mentions for a, b in spans)
                if inside and whole not in post.represents:
                    post.represents.append(whole)

    def move(self, post: Post, states: list[Referent]) -> None:
        """Another guess for a post, and for what its holder brings up."""
        holder = post.holder
        before = {state.key for state in post.represents}
        for mention in holder.mentions:
            for wrong in post.represents:
                self.context.forget(mention.start, wrong)
        holder.affiliation = [key for key in holder.affiliation if key not in before]
        holder.affiliation += [state.key for state in states if state.key not in holder.affiliation]
        post.represents = states
        for state in states:
            self.note_state(holder, state)

    def note_state(self, holder: Referent, state: Referent) -> None:
        """From now on the text is about the state wherever the person is named."""
        for mention in holder.mentions:
            self.context.add(mention.start, mention.end, state)


def _repeats(post: Post, other: Post) -> bool:
    """Whether a post turns out to be another one of its holder again, for whom it was not told before."""
    if post is other or post.holder is not other.holder or not post.guessed or other.guessed:
        return False
    shared = set(map(id, post.represents)) & set(map(id, other.represents))
    return bool(shared) and is_short_for(post, other)


def _code(state: Referent) -> str:
    """The code of a state; empty if it is none of the authority's."""
    return state.authority.removeprefix("state/") if state.type == ActorType.STATE else ""


def _is_short(post: Post) -> bool:
    """Whether a title was only written as an abbreviation: "Gen."."""
    return post.phrase is not None and post.phrase.head.short


def _fits(state: Referent, post: Post, posts: list[Post]) -> bool:
    """Whether somebody may hold the post for a state: it has such an office, and the text names nobody else in it."""
    others = (other for other in posts if other.holder is not post.holder and not other.guessed)
    held = any(office(other.title) == office(post.title) and state in other.represents for other in others)
    return may_hold(post.title, state.authority) and not (post.kind == "office" and held)


def _is_held_by_another(post: Post, posts: list[Post]) -> bool:
    """Whether the text says, also further down, that somebody else holds the post for the state guessed."""
    said = (other for other in posts if other.holder is not post.holder and not other.guessed)
    return post.kind == "office" and any(
        other.tenure == "current"
        and office(other.title) == office(post.title)
        and set(map(id, other.represents)) & set(map(id, post.represents))
        for other in said
    )

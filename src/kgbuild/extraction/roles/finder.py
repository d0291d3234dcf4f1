"""Who holds which post: titles before, behind and around names, whom they are held for, to whom envoys are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.cast import Cast, is_region
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.roles.holders import HolderFinder
from kgbuild.extraction.roles.owners import OF_ANOTHER, Owners
from kgbuild.extraction.roles.post import Post, is_short_for, leads_union
from kgbuild.extraction.roles.regions import Regions
from kgbuild.extraction.roles.related import RelatedPosts
from kgbuild.extraction.roles.settling import Settling
from kgbuild.extraction.roles.several import singular_titles
from kgbuild.extraction.roles.states import HeldFor
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType, Span

Resolve = Callable[[int, int], Referent | None]

#: no posts unless it is said for whom
_NEEDS_OWNER = frozenset(("occupation", "scholar", "religious", "adviser", "royal"))
#: kinds of posts that are held for a state even if a part of it is named
_OF_WHOLE_STATE = frozenset(("legislator", "diplomat", "military"))


class RoleFinder:
    """Links titles to their holders in one article, in text order.

    Args:
        cast: the actors named so far.
        context: which state the text is about where.
        persons: token -> person named there, for every token of the name and its form of address.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(
        self,
        cast: Cast,
        context: Context,
        persons: dict[int, Referent],
        resolve: Resolve,
    ) -> None:
        self.cast = cast
        self.context = context
        self.words = cast.tokens.plain
        self.persons = persons
        self.resolve = resolve
        #: where the last title's complements end
        self._until = -1
        self.held_for = HeldFor(cast, context, persons, resolve)
        self.holders = HolderFinder(cast, persons, resolve)
        self.regions = Regions(cast, resolve)
        self.owners = Owners(cast, persons, resolve)
        self.settling = Settling(cast, context, self.held_for)
        self.related = RelatedPosts(cast, context, resolve, self.held_for, self.settling)
        self.posts: list[Post] = []

    def foresee(self, titles: Sequence[Title]) -> None:
        """Takes in the posts whose phrases name the state: a state that has a president needs no other."""
        for title in titles:
            if title.head.kind != "office" or title.head.plural or title.tenure == "former":
                continue
            spans = [*title.owners, *((start, end) for _, start, end in title.complements)]
            named = [self.cast.at.get(self.cast.tokens.root(*span)) for span in spans]
            named.append(self.owners.after_name(title))
            state = next((member for member in named if member is not None and member.type == ActorType.STATE), None)
            edge = next((k for k in (title.end, title.right, title.right + 1) if k in self.persons), -1)
            if state is not None and edge >= 0:
                self.held_for.note(title.text, self.persons[edge], state)
            elif state is not None:
                self.held_for.note_unnamed(title, state)

    def add(self, title: Title, following: Title | None = None) -> Post | None:
        """Finds a title's holder by what stands beside it, and adds the post.

        Args:
            title: the title's phrase.
            following: the next title of the text.

        Returns:
            The post, or None if nobody named holds the title.
        """
        if title.head.kind == "none" or title.start < self._until:
            # the second title of "the Special Representative of the Secretary-General" is somebody else's
            return None
        if title.complements:
            self._until = title.right
        if title.head.plural:
            for person, single in singular_titles(self.cast, title, self.persons, self.resolve):
                self.hold(person, single)
            return None
        holder = self.holders.holder(title, following)
        if holder is None:
            return None
        self.holders.holder_at[title.right] = holder
        tokens = self.cast.tokens
        # "Chile's AMBASSADOR to Peru, Rosa Quispe": the head denotes the person as well
        self.cast.at.setdefault(tokens.root(title.at, title.end), holder)
        self.cast.at.setdefault(title.at, holder)
        if holder.gender == "unknown" and title.head.gender in ("male", "female"):
            holder.gender = "male" if title.head.gender == "male" else "female"
        return self.hold(holder, title)

    def hold(self, holder: Referent, title: Title, *, tenure: str = "") -> Post | None:
        """Adds a post for a holder that is known.

        Args:
            holder: a person.
            title: the title's phrase.
            tenure: instead of what the phrase tells.
        """
        represents, accredited = self.owners.parties(title)
        if title.head.kind == "local" or (title.head.title == "premier" and not represents):
            represents = self.regions.governed(title, represents)
        name = title.text if title.text != "deputy" else self.related.deputy(title, self.posts)
        if name == "chief" and not represents:
            # in Lagos a form of address
            return None
        if title.head.kind in OF_ANOTHER:
            evidence = self._evidence(title, holder)
            titled = title.right in self.holders.holder_at and self._has_title_next(title)
            found = self.related.counterpart(holder, title, represents, self.posts, evidence, titled=titled)
            return self.keep(found) if found is not None else None
        needs = title.head.kind in _NEEDS_OWNER and "national security advis" not in name
        if not represents and not accredited and needs:
            return None
        has_post = any(post.holder is holder for post in self.posts)
        if title.text == "ambassador" and has_post and not represents and not accredited:
            # "the Minister of Foreign Affairs, Ambassador Ruiz": there a form of address
            return None
        if title.head.kind in _OF_WHOLE_STATE:
            # "Sen. NAME of Idaho" is a senator of the United States
            represents = list(dict.fromkeys(self.regions.whole(member) for member in represents))
        represents = (
            represents
            or self.owners.appointed_by(title)
            or self.owners.led_by(holder, title)
            or self.held_for.speaks_for(title)
        )
        guessed = not represents
        if not represents or title.head.kind == "legislator":
            # a member of a party is a member for the country as well
            states = self.held_for.states(holder, title, accredited)
            represents += [state for state in states if state not in represents]
        # who speaks for a ministry speaks for its state
        bodies = (m for m in represents if m.type == ActorType.GOVERNMENT_BODY and not is_region(m))
        owners = [self.cast.state_of(m) for m in bodies]
        represents += [state for state in owners if state is not None and state not in represents]
        post = Post(
            holder,
            name,
            self._evidence(title, holder),
            represents
            or self.held_for.united_nations(title)
            or self.held_for.organ(title)
            or self.held_for.recent_body(title),
            accredited,
            tenure or self._tenure(title),
            title.head.kind,
            guessed,
            title if guessed else None,
            title.at,
        )
        return self.keep(post)

    def settle(self) -> None:
        """Lets what the text says of posts decide over those where it was only guessed for whom they are held."""
        self.posts = self.settling.settle(self.posts)

    def _tenure(self, title: Title) -> str:
        """What the phrase tells, or "former" for "was": "when she was a senator"."""
        tokens = self.cast.tokens
        root = tokens.root(title.at, title.end)
        verb = tokens.head[root]
        if title.tenure != "current":
            return title.tenure
        if any(tokens.lower[i] in word_set("formerly") for i in range(max(title.left - 1, 0), title.start)):
            return "former"  # "NAME, once Ukraine's envoy"
        k = title.right
        if k + 1 < len(tokens) and tokens.lower[k] in ("from", "between", "until", "till") and _is_year(tokens, k + 1):
            return "former"
        if tokens.dep[root] == "pobj" and tokens.lower[verb] == "as":
            # "who served as ambassador to Oman"
            governor = tokens.head[verb]
            if tokens.lemma[governor] in word_set("tenures") | word_set("left") | word_set("removed"):
                return "former"
            served = tokens.tag[governor] == "VBD" and tokens.lemma[governor] in ("serve", "work", "act", "return")
            return "former" if served else "current"
        if tokens.dep[root] == "pobj" and tokens.lemma[tokens.head[verb]] in word_set("places_held"):
            return "former" if tokens.tag[tokens.head[tokens.head[verb]]] == "VBD" else "current"
        was = tokens.tag[verb] == "VBD" or (tokens.tag[verb] == "VBN" and _had(tokens, verb))
        if tokens.dep[root] == "attr" and was and tokens.lemma[verb] == "be":
            return "former"
        named = tokens.lemma[verb] in word_set("appoint") and tokens.dep[root] in ("oprd", "dobj", "attr")
        return "designate" if named and tokens.child(verb, "auxpass") < 0 and tokens.dep[verb] != "acl" else "current"

    def keep(self, post: Post) -> Post:
        """Adds a post, or what it tells anew to one that is there already."""
        for other in self.posts:
            shared = not post.represents or not other.represents or self._with_whole(post) & self._with_whole(other)
            if shared and other.holder is post.holder and is_short_for(post, other):
                other.represents += [r for r in post.represents if r not in other.represents]
                other.accredited_to += [r for r in post.accredited_to if r not in other.accredited_to]
                other.spans = tuple(sorted({*other.spans, *post.spans}))
                return other
        self.posts.append(post)
        self.cast.titles.setdefault(post.holder.key, []).append(post.title)
        first = post.represents[0].type if post.represents else None
        for member in post.represents:
            if post.title.endswith("speaker") and member.type == ActorType.ORGANIZATION and not member.authority:
                # who has a speaker is a parliament
                member.type = ActorType.GOVERNMENT_BODY
            if member.type == ActorType.ORGANIZATION and not member.authority and leads_union(post.title):
                # parties have general secretaries, unions of states secretaries-general
                member.type = ActorType.INTERNATIONAL_ORGANIZATION
            state = self.cast.state_of(member)
            for key in (member.key, state.key if state else ""):
                if key and key not in post.holder.affiliation and key != post.holder.key:
                    post.holder.affiliation.append(key)
            if state is not None:
                self.settling.note_state(post.holder, state)
                # who presides over a commission of Ecuador is not its president
                if post.kind == "office" and post.tenure != "former" and member.type == ActorType.STATE == first:
                    self.held_for.note(post.title, post.holder, state)
        return post

    def _with_whole(self, post: Post) -> set[str]:
        """Keys of those whom a post is held for; of a union's organ that guesswork found also the union's."""
        return {key for r in post.represents for key in (r.key, *(r.affiliation if post.guessed else ()))}

    def _evidence(self, title: Title, holder: Referent) -> tuple[Span, ...]:
        tokens = range(title.left, title.right)
        near = min(holder.mentions, key=lambda m: abs(m.start - title.start), default=None)
        named = range(near.start, near.end) if near is not None and abs(near.start - title.start) < 40 else range(0)
        return span_of(self.cast.tokens.doc, [*tokens, *named])

    def _has_title_next(self, title: Title) -> bool:
        """Whether another title stands between this one and the name."""
        k = title.right + 1
        return k < len(self.words) and k not in self.persons


def _is_year(tokens: Tokens, i: int) -> bool:
    """Whether a token is a year: "from 1994 to 1999"."""
    return len(tokens.text[i]) == 4 and tokens.text[i].isdigit()


def _had(tokens: Tokens, verb: int) -> bool:
    """Whether a participle is told of an earlier time: "had been trade minister"."""
    return any(tokens.lower[c] == "had" for c in tokens.children[verb] if tokens.dep[c] == "aux")

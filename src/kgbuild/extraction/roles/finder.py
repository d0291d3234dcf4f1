"""Who holds which post: titles before, behind and around names, whom they are held for, to whom envoys are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.cast import Cast, is_region
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.roles.holders import HolderFinder
from kgbuild.extraction.roles.post import Post, is_short_for, leads_union
from kgbuild.extraction.roles.regions import Regions
from kgbuild.extraction.roles.settling import Settling
from kgbuild.extraction.roles.several import singular_titles
from kgbuild.extraction.roles.states import HeldFor
from kgbuild.facts import ActorType, Span

Resolve = Callable[[int, int], Referent | None]

#: no posts unless it is said for whom
_NEEDS_OWNER = frozenset(("occupation", "scholar", "religious", "adviser", "royal"))
#: parts of speech of what may stand before a party's name
_BEFORE = frozenset(("ADJ", "NOUN", "VERB"))
#: "his Russian counterpart": these belong to somebody else
_OF_ANOTHER = frozenset(("counterpart", "predecessor"))
#: kinds of posts that are held for a state even if a part of it is named
_OF_WHOLE_STATE = frozenset(("legislator", "diplomat", "military"))
#: how far from its title a name may stand that is led to by "led by", in tokens
_NEAR = 12
_SENT = frozenset(("to", "in", "at", "with"))


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
        self.settling = Settling(cast, context, self.held_for)
        self.posts: list[Post] = []

    def foresee(self, titles: Sequence[Title]) -> None:
        """Takes in the posts whose phrases name the state: a state that has a president needs no other."""
        for title in titles:
            if title.head.kind != "office" or title.head.plural or title.tenure == "former":
                continue
            spans = [*title.owners, *((start, end) for _, start, end in title.complements)]
            named = [self.cast.at.get(self.cast.tokens.root(*span)) for span in spans]
            named.append(self._after_name(title))
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
        represents, accredited = self._parties(title)
        if title.head.kind == "local" or (title.head.title == "premier" and not represents):
            represents = self.regions.governed(title, represents)
        name = title.text if title.text != "deputy" else self._deputy(title)
        if name == "chief" and not represents:
            # in Lagos a form of address
            return None
        if title.head.kind in _OF_ANOTHER:
            return self._counterpart(holder, title, represents)
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
            represents or self._appointed_by(title) or self._led_by(holder, title) or self.held_for.speaks_for(title)
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
        if tokens.dep[root] == "pobj" and tokens.lower[verb] == "as":
            # "who served as ambassador to Oman"
            governor = tokens.head[verb]
            if tokens.lemma[governor] in word_set("tenures"):
                return "former"
            served = tokens.tag[governor] == "VBD" and tokens.lemma[governor] in ("serve", "work", "act")
            return "former" if served else "current"
        past = tokens.dep[root] == "attr" and tokens.tag[verb] == "VBD" and tokens.lemma[verb] == "be"
        if past:
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

    # -- whom a post is held for -----------------------------------------------------------------------------------

    def _parties(self, title: Title) -> tuple[list[Referent], list[Referent]]:
        """Whom the phrase says the post is held for, and to whom an envoy is sent."""
        tokens = self.cast.tokens
        represents: list[Referent] = []
        accredited: list[Referent] = []
        diplomat = title.head.kind == "diplomat"
        sent = any(preposition in ("to", "at") for preposition, _, _ in title.complements)
        pronoun = title.determiner >= 0 and tokens.tag[title.determiner] in ("PRP$", "WP$")
        for start, end in title.owners:
            member = self._office_holder(self.resolve(start, end))
            if member is None or (pronoun and member.tentative and not member.authority):
                continue  # "its Pacific director": a field, not whom he directs it for
            if pronoun and member.type == ActorType.STATE and title.head.kind not in _OF_ANOTHER:
                continue  # "its Washington director"
            possessive = tokens.tag[end] == "POS"
            organisation = member.type == ActorType.INTERNATIONAL_ORGANIZATION
            if diplomat and organisation and not possessive and not sent and (pronoun or "ambassador" in title.text):
                accredited.append(member)
            elif member not in represents:
                represents.append(member)
        if pronoun and not represents:
            member = self._office_holder(self.resolve(title.determiner, title.determiner + 1))
            if member is not None and title.head.kind not in _OF_ANOTHER:
                represents.append(member)
        covered = -1
        for preposition, start, end in title.complements:
            if start < covered:
                continue
            member = self._office_holder(self.resolve(start, end))
            if member is None:
                continue
            covered = max((m.end for m in member.mentions if m.start <= start < m.end), default=end)
            if title.head.kind == "spokesperson" and preposition == "in":
                continue  # "a spokeswoman in Brussels": there she speaks, for whoever it is
            if diplomat and preposition in _SENT and "negotiator" not in title.text:
                accredited.append(member)
            elif preposition in ("of", "for", "at", "with", "from", "to", "in") and member not in represents:
                if preposition == "in" and represents:
                    continue
                represents.append(member)
        after = self._after_name(title) or self._at_line_end(title)
        if after is not None and not represents:
            represents.append(after)
        return represents, [member for member in accredited if member not in represents]

    def _led_by(self, holder: Referent, title: Title) -> list[Referent]:
        """Whom somebody leads or represents: "the Bangladesh side, led by NAME", "the EU, represented by NAME"."""
        tokens = self.cast.tokens
        name = next((m for m in holder.mentions if abs(m.head - title.at) < _NEAR), None)
        if name is None or tokens.dep[name.head] != "pobj" or tokens.lower[tokens.head[name.head]] != "by":
            return []
        verb = tokens.head[tokens.head[name.head]]
        if tokens.lemma[verb] not in word_set("lead_verbs") | word_set("represent_verbs"):
            return []
        noun = tokens.head[verb] if tokens.dep[verb] == "acl" else tokens.child(verb, "nsubjpass")
        if noun < 0:
            return []
        near = [noun, *(c for c in tokens.children[noun] if tokens.dep[c] in ("compound", "poss", "amod", "nmod"))]
        near += [c for p in tokens.children[noun] if tokens.lower[p] == "of" for c in tokens.children[p]]
        found = (self._office_holder(self.resolve(i, i + 1)) for i in near)
        member = next((m for m in found if m is not None and m is not holder), None)
        return [member] if member is not None else []

    def _appointed_by(self, title: Title) -> list[Referent]:
        """The state in "Norway has named her ambassador to Chile"."""
        tokens = self.cast.tokens
        verb = tokens.head[tokens.root(title.at, title.end)]
        if tokens.lemma[verb] not in word_set("appoint") or tokens.child(verb, "nsubjpass") >= 0:
            return []
        subject = tokens.child(verb, "nsubj")
        member = self._office_holder(self.cast.at.get(subject)) if subject >= 0 else None
        return [member] if member is not None and member.type == ActorType.STATE else []

    def _after_name(self, title: Title) -> Referent | None:
        """The state in "President Étienne Vauclair of France"."""
        k, tokens = title.end, self.cast.tokens
        if k not in self.persons:
            return None
        while k in self.persons:
            k += 1
        if k + 2 < len(self.words) and self.words[k] == "," and self.words[k + 1] in ("of", "from", "at"):
            # "the historian Bodil Krarup, of Aarhus University"
            k += 1
        if k + 2 >= len(self.words) or self.words[k] not in ("of", "from", "at"):
            return None
        k += 1 + (self.words[k + 1] == "the")
        first = k
        while k + 1 < len(self.words) and k < first + 3 and tokens.text[k][0].islower() and tokens.pos[k] in _BEFORE:
            k += 1  # "of the opposition Homeland party"
        found = self.resolve(k, k + 1)
        end = k
        while end + 1 < len(self.words) and found is not None and self.resolve(end + 1, end + 2) is found:
            end += 1
        if end + 2 < len(self.words) and tokens.tag[end + 1] == "POS":
            # "of Uganda's National Renewal Party"
            found = self.resolve(end + 2, end + 3) or found
        return self._office_holder(found)

    def _at_line_end(self, title: Title) -> Referent | None:
        """Whom a list names last: "- Ms NAME, Head of Delegation, European Union"."""
        tokens, k = self.cast.tokens, title.right
        if k + 1 >= len(tokens) or tokens.text[k] != "," or not tokens.text[k + 1][0].isupper():
            return None
        member = self.resolve(k + 1, k + 2)
        end = k + 2
        while end < len(tokens) and member is not None and self.resolve(end, end + 1) is member:
            end += 1
        last = end >= len(tokens) or tokens.text[end] == ";" or tokens.paragraph[end] != tokens.paragraph[k]
        return self._office_holder(member) if last else None

    def _office_holder(self, member: Referent | None) -> Referent | None:
        """The state of a person who owns a post ("Mr Sorokin's spokesman"), or the owner itself; groups own none."""
        if member is None:
            return None
        if member.type in (ActorType.PERSON, ActorType.GROUP):
            served = (self.cast.get(key) for key in member.affiliation)
            return self.cast.state_of(member) or next((body for body in served if body is not None), None)
        return member

    def _deputy(self, title: Title) -> str:
        """The title of "his deputy": what he is, one rank lower."""
        possessor: Referent | None = None
        if title.determiner >= 0 and self.cast.tokens.tag[title.determiner] == "PRP$":
            possessor = self.resolve(title.determiner, title.determiner + 1)
        elif title.owners:
            possessor = self.resolve(*title.owners[-1])
        held = [post.title for post in self.posts if possessor is not None and post.holder is possessor]
        return (
            f"deputy {held[-1]}" if held and possessor is not None and possessor.type == ActorType.PERSON else "deputy"
        )

    def _counterpart(self, holder: Referent, title: Title, represents: list[Referent]) -> Post | None:
        """ "His Russian counterpart, Arkady Sorokin" holds for Russia the post that "he" holds."""
        possessor: Referent | None = None
        if title.determiner >= 0 and self.cast.tokens.tag[title.determiner] == "PRP$":
            possessor = self.resolve(title.determiner, title.determiner + 1)
        else:
            owned = [self.resolve(*span) for span in title.owners]
            possessor = next((m for m in owned if m is not None and m.type == ActorType.PERSON), None)
        theirs = [post for post in self.posts if post.holder is possessor] if possessor is not None else []
        own = self.cast.state_of(possessor) if possessor is not None else None
        if title.head.kind == "predecessor":
            return self._in_turn(holder, title, theirs)
        if title.head.title == "colleague" and not represents:
            return None
        said = [state for state in map(self.cast.state_of, represents) if state is not None]
        wrong = [post for post in self.posts if post.holder is possessor and post.guessed and post.phrase is not None]
        if own in said and wrong and len(title.owners) > 0:
            # "her Russian colleague": then she is nobody's minister in Moscow
            self._part(possessor, wrong, own)
            own = self.cast.state_of(possessor) if possessor is not None else None
        states = [state for state in said if state is not own]
        if not states:
            taken = {own.key} if own is not None else set()
            found = self.context.state(title.left, taken)
            states = [found] if found is not None else []
        if states and states[0].key not in holder.affiliation:
            holder.affiliation.append(states[0].key)
            self.settling.note_state(holder, states[0])
        if any(post.holder is holder for post in self.posts) or (
            title.right in self.holders.holder_at and self._has_title_next(title)
        ):
            return None
        name = theirs[-1].title if theirs else "counterpart"
        return self.keep(Post(holder, name, self._evidence(title, holder), states, [], title.tenure, "office"))

    def _part(self, person: Referent | None, posts: list[Post], state: Referent | None) -> None:
        """Guesses anew for whom somebody holds posts that it turns out are not held for a state."""
        for post in posts:
            if person is None or state is None or post.phrase is None or state not in post.represents:
                continue
            person.affiliation = [key for key in person.affiliation if key != state.key]
            found = self.held_for.states(person, post.phrase, [*post.accredited_to, state])
            self.settling.move(post, found)

    def _in_turn(self, holder: Referent, title: Title, theirs: list[Post]) -> Post | None:
        """ "Ms Ashworth's predecessor" held the post that she holds."""
        if not theirs:
            return None
        tenure = "former" if title.head.title == "predecessor" else "designate"
        post = theirs[-1]
        return self.keep(Post(holder, post.title, self._evidence(title, holder), list(post.represents), [], tenure))

    def _has_title_next(self, title: Title) -> bool:
        """Whether another title stands between this one and the name."""
        k = title.right + 1
        return k < len(self.words) and k not in self.persons

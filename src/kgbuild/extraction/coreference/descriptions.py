"""Whom a description points back to: "the minister", "the agency", "these critics", "the two countries"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.coreference.holders import Holders, represents
from kgbuild.extraction.coreference.pairs import PairFinder
from kgbuild.extraction.coreference.portraits import Portraits
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import person_nouns, word_set
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.roles.post import Post
from kgbuild.extraction.tokens import SUBJECTS
from kgbuild.facts import ActorType

Resolve = Callable[[int, int], Referent | None]

_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "pair": 2}
_ORGANISATIONS = frozenset((ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION))
#: set of nouns -> kinds of posts whose holders they may denote
_KINDS = {
    "diplomats": frozenset(("diplomat",)),
    "legislators": frozenset(("legislator",)),
    "politicians": frozenset(("office", "legislator", "party")),
    "soldiers": frozenset(("military",)),
    "officials": frozenset(("spokesperson", "executive", "office", "adviser", "diplomat")),
    "clerics": frozenset(("religious",)),
    "scholars": frozenset(("scholar",)),
}
#: what links the head of an organisation's name to its field: "Danube Institute for Law"
_LINKS = frozenset(("of", "for", "on", "against"))
_PARAGRAPHS_BACK = 6
#: how much likelier who acted last is than who was acted upon, and whom the publisher's state has than another state's
_SUBJECT = 0.05
_AT_HOME = 0.5
#: how much likelier the subject of the last sentence is within a paragraph
_GOES_ON = 0.6
#: how well a noun fits somebody of whom the text has told it without a post
_DESCRIBED = 0.9
#: how much less well somebody fits of whom it has not been told whose post it is
_UNTOLD = 0.8


class DescriptionResolver:
    """Finds whom definite descriptions of one document denote.

    Args:
        cast: who has been found so far.
        context: which state the text is about where.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(self, cast: Cast, context: Context, resolve: Resolve) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        self.context = context
        self.resolve = resolve
        self.pairs = PairFinder(cast)
        self.portraits = Portraits(cast)
        self.posts: dict[str, list[Post]] = {}
        self.holders = Holders(cast, self.posts)
        #: token -> the parties of the treaty mentioned there
        self._parties: dict[int, list[Referent]] = {}

    def know(self, posts: Sequence[Post], treaties: Sequence[Referent]) -> None:
        """Takes in who holds which post, and which treaties the text speaks of, between whom."""
        self.posts.clear()
        for post in posts:
            self.posts.setdefault(post.holder.key, []).append(post)
        by_key = {referent.key: referent for referent in self.cast.referents}
        for treaty in treaties:
            keys = getattr(treaty.detail, "parties", None) or ()
            parties = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
            if len(parties) == 2:
                for mention in treaty.mentions:
                    self._parties[mention.head] = parties

    # -- one -------------------------------------------------------------------------------------------------------

    def person(self, noun: str, i: int, states: Sequence[Referent] = (), title: str = "") -> Referent | None:
        """The person or unnamed individual that "the NOUN" at a token points back to.

        Args:
            noun: head noun, plain, singular: "minister".
            i: its token.
            states: states or organisations that the description names: "the Russian president".
            title: the whole title, if the description is one: "foreign minister".
        """
        best: Referent | None = None
        highest = -10.0
        gender = person_nouns().get(noun, (noun, False, "unknown"))[2]
        kinds = frozenset(kind for name, found in _KINDS.items() if noun in word_set(name) for kind in found)
        generic = noun in ("man", "woman", "person")
        tokens = self.cast.tokens
        home = self.context.publisher if not states else None
        described = self.portraits.of(noun, i)
        for referent in self.cast.referents:
            if referent.type == ActorType.PERSON:
                fit = 0.5 if generic and referent.gender in (gender, "unknown") else 0.0
                for post in self.posts.get(referent.key, ()):
                    if states and post.represents and not any(self._belongs(post, state) for state in states):
                        continue
                    # "the UN envoy" may be an envoy of whom it has not been told whose
                    untold = _UNTOLD if states and not post.represents else 0.0
                    fit = max(fit, self._fit(post, noun, title, kinds) - untold)
                if not states and referent in described and not self._has_title(referent, noun):
                    fit = max(fit, _DESCRIBED)
            elif referent.type == ActorType.GROUP and not referent.plural:
                fit = 1.5 if noun in plain(referent.name).split() else 0.0
            elif referent.type in _ORGANISATIONS or referent.type == ActorType.STATE:
                fit = 1.5 if noun.startswith("spokes") and self._spoke(referent, noun, i) else 0.0
            else:
                fit = 0.0
            if fit <= 0 or (gender in ("male", "female") and referent.gender not in ("unknown", gender, "neutral")):
                continue
            last = self._last(referent, i)
            if last < 0:
                continue
            score = fit - self._distance(last, i) + _SUBJECT * (tokens.dep[last] in SUBJECTS)
            if tokens.paragraph[last] == tokens.paragraph[i] and self._goes_on(last, i):
                score += _GOES_ON
            if home is not None and any(self._belongs(post, home) for post in self.posts.get(referent.key, ())):
                # "the Foreign Minister" in the words of a ministry is its own
                score += _AT_HOME
            if score > highest:
                best, highest = referent, score
        return best

    def _has_title(self, referent: Referent, noun: str) -> bool:
        """Whether a noun is a word of a title that a person is known by."""
        return any(noun in plain(post.title).split() for post in self.posts.get(referent.key, ()))

    def _goes_on(self, j: int, i: int) -> bool:
        """Whether the last sentence, or this one, was about who is mentioned at a token."""
        tokens = self.cast.tokens
        return tokens.dep[j] in SUBJECTS and tokens.sentence[i] - tokens.sentence[j] <= 1

    def _fit(self, post: Post, noun: str, title: str, kinds: frozenset[str]) -> float:
        words = plain(post.title).split()
        if title and plain(post.title) == plain(title):
            return 3.0
        if noun in words or noun in plain(post.title).replace("-", " ").split():
            # "the minister" is a foreign minister; "the foreign minister" is no trade minister
            return 2.0 if not title or plain(title) == noun else 0.0
        if " of " in title and plain(title).split(" of ")[0] == plain(post.title):
            # "the head of the Armenian delegation" is "the head of delegation"
            return 1.8
        if post.kind in kinds:
            return 1.0
        return 0.0

    def _belongs(self, post: Post, owner: Referent) -> bool:
        return represents(self.cast, post, owner)

    def _spoke(self, referent: Referent, noun: str, i: int) -> bool:
        return any(m.kind == "description" and self.words[m.head] == noun and m.head < i for m in referent.mentions)

    def organisation(self, noun: str, i: int, *, proper: bool = False) -> Referent | None:
        """The organisation or body that "the NOUN" at a token points back to: by a noun of its name, or of its kind."""
        best: Referent | None = None
        highest = -10.0
        sets = [
            name
            for name in ("any_organisation", "any_company", "any_alliance", "any_union", "any_chamber", "any_party")
            if noun in word_set(name)
        ]
        for referent in self.cast.referents:
            if referent.type not in _ORGANISATIONS:
                continue
            fit = 0.0
            for name in (referent.name, *referent.other_names):
                parts = plain(name).split()
                if noun == parts[-1] or noun == parts[0] or (len(parts) > 2 and noun in parts and _LINKS & set(parts)):
                    fit = 2.0
            if not fit and referent.authority:
                entry = self.cast.entries.get(referent.key)
                names = (entry.name, *entry.other_names) if entry else ()
                fit = (
                    1.8
                    if any(noun in (plain(n).split() or [""])[-1:] or noun == plain(n).split()[0] for n in names)
                    else 0.0
                )
            if not fit and not proper and sets:
                fit = 1.0 if self._is_kind(referent, sets) else 0.0
            last = self._last(referent, i)
            if fit > 0 and last >= 0 and (score := fit - self._distance(last, i)) > highest:
                best, highest = referent, score
        return best

    def _is_kind(self, referent: Referent, sets: Iterable[str]) -> bool:
        international = referent.type == ActorType.INTERNATIONAL_ORGANIZATION
        for name in sets:
            if name in ("any_organisation", "any_alliance", "any_union") and international:
                return True
            if name in ("any_company", "any_organisation") and referent.type == ActorType.ORGANIZATION:
                return True
            party = name == "any_party" and referent.type == ActorType.ORGANIZATION
            if party and word_set("party_names") & set(plain(referent.name).split()):
                return True
            if name == "any_chamber" and any(
                word in plain(referent.name) for word in ("senate", "house", "parliament", "assembly")
            ):
                return True
        return False

    def plural_group(self, noun: str, i: int, *, any_group: bool = False) -> Referent | None:
        """The unnamed people, or the organisation described by the noun, that "the NOUNS" point back to."""
        singular = person_nouns().get(noun, (noun, True, ""))[0]
        best: Referent | None = None
        highest = -10.0
        for referent in self.cast.referents:
            fit = 0.0
            if referent.type == ActorType.GROUP and referent.plural:
                heads = {
                    person_nouns().get(self.words[m.head], ("",))[0]
                    for m in referent.mentions
                    if m.kind == "description"
                }
                fit = 2.0 if singular in heads else (0.8 if any_group else 0.0)
            elif referent.type in _ORGANISATIONS and not referent.authority:
                described = any(m.start > 0 and self.words[m.start - 1] in (singular, noun) for m in referent.mentions)
                fit = 2.0 if described else 0.0
            last = self._last(referent, i) if fit else -1
            if last >= 0 and (score := fit - self._distance(last, i)) > highest:
                best, highest = referent, score
        return best

    def _last(self, referent: Referent, i: int) -> int:
        """The head of the referent's last mention before a token, -1 if it is first named later or long ago."""
        heads = [m.head for m in referent.mentions if m.start < i]
        return max(heads) if heads else -1

    def _distance(self, j: int, i: int) -> float:
        tokens = self.cast.tokens
        paragraphs = tokens.paragraph[i] - tokens.paragraph[j]
        return (
            0.12 * (tokens.sentence[i] - tokens.sentence[j])
            + 0.15 * min(paragraphs, _PARAGRAPHS_BACK)
            + 0.0005 * (i - j)
        )

    # -- several ---------------------------------------------------------------------------------------------------

    def several(self, noun: str, i: int, number: int) -> Referent | None:
        """Several together: "the two countries", "both sides", "neither side", "the two men".

        Args:
            noun: head noun as it stands, plain.
            i: its token.
            number: how many.
        """
        if noun in word_set("person_plurals") or noun == "":
            return self._persons(noun, i, number)
        if noun in word_set("state_plurals"):
            return self._salient(i, number, frozenset((ActorType.STATE,)))
        if noun in word_set("side_plurals"):
            return self._salient(i, number, frozenset((ActorType.STATE, ActorType.ORGANIZATION)))
        return None

    def _persons(self, noun: str, i: int, number: int) -> Referent | None:
        singular, _, gender = person_nouns().get(noun, (noun, True, "unknown"))
        generic = noun in (
            "",
            "men",
            "women",
            "leaders",
            "counterparts",
            "politicians",
            "officials",
            "diplomats",
            "chiefs",
            "heads",
        )
        about = {
            self.words[c]
            for c in self.cast.tokens.children[i]
            if self.cast.tokens.dep[c] in ("compound", "amod") and noun
        }
        fitting: list[tuple[float, Referent]] = []
        for referent in self.cast.referents:
            if referent.type != ActorType.PERSON or (
                gender != "unknown" and referent.gender not in (gender, "unknown")
            ):
                continue
            titles = [plain(post.title).split() for post in self.posts.get(referent.key, ())]
            held = any(singular in title for title in titles)
            same_field = any(about & set(title) for title in titles)
            last = self._last(referent, i)
            if last >= 0 and (generic or held):
                bonus = 0.03 * len(referent.mentions) + 0.5 * held + 3.0 * same_field
                fitting.append((self._distance(last, i) - bonus, referent))
        return self._take(fitting, number)

    def _salient(self, i: int, number: int, types: frozenset[ActorType]) -> Referent | None:
        """The states, or adversaries, that the text has been about: often and lately named, or bound by a treaty."""
        tokens = self.cast.tokens
        bound = [
            referent
            for head, parties in self._parties.items()
            if abs(tokens.sentence[head] - tokens.sentence[i]) <= 2 and head < i + 25
            for referent in parties
        ]
        if number == 2 and not bound and (pair := self.pairs.before(i, types)):
            return self.cast.together(pair)
        fitting: list[tuple[float, Referent]] = []
        for referent in self.cast.referents:
            if referent.type not in types or not referent.mentions or (referent.tentative and referent not in bound):
                continue
            if referent.type == ActorType.STATE:
                salience = self.context.salience(referent, i)
            else:
                salience = sum(
                    0.8 / (1.0 + 0.35 * (tokens.paragraph[i] - tokens.paragraph[m.start]))
                    for m in referent.mentions
                    if m.start < i
                )
            if referent in bound:
                salience += 2.5
            if salience == 0:
                # nobody fitting stands before: "the two countries" may be named behind
                salience = -0.001 * referent.mentions[0].start
            fitting.append((-salience, referent))
        found = self._take(fitting, number)
        if found is None and number == 2 and (pair := self.pairs.before(i, types, least=0.0)):
            return self.cast.together(pair)
        return found

    def country(self, i: int) -> Referent | None:
        """The state that "the country" at a token means."""
        states = [r for r in self.cast.referents if r.type == ActorType.STATE and not r.tentative]
        found = [(self.context.salience(state, i), state) for state in states]
        best = max(found, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] > 0 else None

    def _take(self, fitting: list[tuple[float, Referent]], number: int) -> Referent | None:
        if len(fitting) < number:
            return None
        fitting.sort(key=lambda pair: pair[0])
        chosen = [referent for _, referent in fitting[:number]]
        chosen.sort(key=lambda referent: referent.mentions[0].start)
        return self.cast.together(chosen)

    def number(self, head: int) -> int:
        """How many a phrase with this head speaks of ("neither side": 2); 0 if it does not tell."""
        tokens = self.cast.tokens
        for child in tokens.children[head]:
            word = self.words[child]
            if (
                word in _NUMBERS
                and tokens.dep[child] in ("nummod", "det", "predet", "amod", "preconj", "quantmod")
                and self._is_definite(head)
            ):
                return _NUMBERS[word]
            if word in ("neither", "either", "both", "each") and tokens.dep[child] in (
                "det",
                "predet",
                "preconj",
                "cc",
            ):
                return 2
        return 2 if head > 0 and self.words[head - 1] in ("both", "neither", "either") else 0

    def _is_definite(self, head: int) -> bool:
        """Whether the phrase has a determiner or an owner."""
        tokens = self.cast.tokens
        return any(
            tokens.tag[child] in ("DT", "PRP$", "PDT", "POS")
            or tokens.dep[child] == "poss"
            or self.words[child] == "both"
            for child in tokens.children[head]
        )

    def title_states(self, title: Title) -> list[Referent]:
        """The states and organisations that a title's phrase names."""
        # "thanked the President for HIS leadership": that is no part of the title
        tags = self.cast.tokens.tag
        behind = ((start, end) for _, start, end in title.complements if tags[start] != "PRP$")
        spans = [*title.owners, *behind]
        found = [self.resolve(start, end) for start, end in spans]
        return [member for member in found if member is not None]

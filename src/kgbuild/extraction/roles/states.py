"""For which state a post is held if its phrase does not say: "President Tola", "Foreign Minister Calderón"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import implied_states, office_rules, short_organs, word_set
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.roles.post import leads_union
from kgbuild.facts import ActorType

#: posts that a state is taken to be meant with if the text does not say for whom they are held
_OF_A_STATE = frozenset(("office", "legislator", "party", "military", "diplomat", "spokesperson", "official"))

#: how far before a secretary-general the organisation stands that is meant, in tokens
_UNION_BACK = 25
#: how far from its title a name may stand, in tokens
_NEAR = 12
_BODIES = frozenset((ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION))


def office(title: str) -> str:
    """The office that a title names, the same for "foreign minister" and "secretary of state"."""
    words = plain(title).split()
    while words and words[0] in ("deputy", "vice", "assistant", "shadow", "acting"):
        return " ".join(words)
    return "foreign minister" if "-".join(words) in word_set("foreign_ministers") else " ".join(words)


def may_hold(title: str, state: str) -> bool:
    """Whether a state has such an office at all: the Netherlands have no president, Kenya no prime minister.

    Args:
        title: of the post.
        state: id in the authority ("state/NL").
    """
    words = plain(title).split()
    if not words or not state:
        return True
    rules = office_rules()
    tries = (" ".join(words), f"* {words[-1]}", " ".join(words[:2]) + " *" if words[1:2] == ["of"] else "")
    for name in tries:
        rule = rules.get(name)
        if rule is not None:
            only, states = rule
            return (state.removeprefix("state/") in states) == only
    return True


class HeldFor:
    """Finds the states of posts in one article.

    Args:
        cast: the actors named so far.
        context: which state the text is about where.
        persons: token -> person named there.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(
        self,
        cast: Cast,
        context: Context,
        persons: dict[int, Referent],
        resolve: Callable[[int, int], Referent | None],
    ) -> None:
        self.cast = cast
        self.context = context
        self.words = cast.tokens.plain
        self.persons = persons
        self.resolve = resolve
        #: office -> (holder's key, state's key) where the text says so
        self._held: dict[str, set[tuple[str, str]]] = {}
        #: office -> (token, state) of phrases that name nobody: "the Danish prime minister"
        self._unnamed: dict[str, list[tuple[int, Referent]]] = {}

    def note(self, title: str, holder: Referent, state: Referent) -> None:
        """Takes in that somebody holds an office for a state."""
        self._held.setdefault(office(title), set()).add((holder.key, state.key))

    def note_unnamed(self, title: Title, state: Referent) -> None:
        """Takes in that a phrase speaks of a state's office without a name."""
        self._unnamed.setdefault(office(title.text), []).append((title.left, state))

    def states(self, holder: Referent, title: Title, accredited: Sequence[Referent]) -> list[Referent]:
        """The state that a post is held for, as a list of one, or an empty list.

        Args:
            holder: who holds it.
            title: its phrase.
            accredited: to whom an envoy is sent, which it cannot be.
        """
        text = title.text
        identifier = implied_states().get(plain(text.split()[-1])) if text else None
        if identifier and self.cast.implied is not None:
            return [self.cast.implied(identifier)]
        if title.head.short and text == "representative":
            text = "rep"  # "Rep. NAME"
        if title.head.kind not in _OF_A_STATE and "national security advis" not in text:
            return []
        rule = office_rules().get(plain(text))
        if rule is not None and rule[0] and len(rule[1]) == 1 and self.cast.implied is not None:
            return [self.cast.implied(f"state/{next(iter(rule[1]))}")]  # "the lord chancellor"
        taken = {member.key for member in accredited}
        if title.head.kind == "office":
            taken |= {state for other, state in self._held.get(office(text), ()) if other != holder.key}
        taken |= self._partners(holder, title) | self._aimed_at(holder, title)
        taken |= {state.key for state in self.cast.by_authority.values() if not may_hold(text, state.authority)}
        if title.head.kind == "legislator" and self._is_of_congress(title) and self.cast.implied is not None:
            return [self.cast.implied("state/US")]
        house = self._house(title, taken)
        if house is not None:
            return [house]
        ministry = self._ministry(title, taken)
        if ministry is not None:
            return [ministry]
        known = self.cast.state_of(holder)
        if known is not None and known.key not in taken:
            return [known]
        spoken_of = [at for at in self._unnamed.get(office(text), ()) if at[0] < title.left and at[1].key not in taken]
        if title.head.kind == "office" and spoken_of:
            return [spoken_of[-1][1]]
        home = self.context.publisher or self.context.headline
        if title.head.kind == "legislator" and home is not None and home.key not in taken:
            near = self.context.state(title.left, taken)
            named = near is not None and self.context.is_near(near, title.left)
            return [near] if named and near is not None else [home]
        if self._is_at_home(title) and home is not None and home.key not in taken:
            return [home]
        leads = title.head.kind == "office"
        near = self._side(title) or self.context.state(title.left, taken, leads=leads)
        state = near or self.context.fallback(title.left, taken)
        if state is None and text == "rep" and self.cast.implied is not None:
            state = self.cast.implied("state/US")
        return [state] if state is not None else []

    def _is_at_home(self, title: Title) -> bool:
        """Whether the sentence is about whoever the text is at home with: "At home, opposition leader NAME"."""
        k = title.left - 3
        return k >= 0 and self.words[k : k + 3] in (["at", "home", ","], ["back", "home", ","])

    def speaks_for(self, title: Title) -> list[Referent]:
        """The organisation that was the subject last, for "Spokesman Jon Hale said" without a word for whom."""
        if title.head.kind != "spokesperson" or "government" in title.text:
            return []
        tokens, at = self.cast.tokens, self.cast.at
        for i in range(title.left - 1, -1, -1):
            if (
                tokens.sentence[title.at] - tokens.sentence[i] > 2
                or tokens.paragraph[title.at] - tokens.paragraph[i] > 1
            ):
                break
            member = at.get(i)
            if member is None or tokens.dep[i] not in ("nsubj", "nsubjpass", "poss"):
                continue
            if member.type in _BODIES:
                return [member]
            if member.type == ActorType.STATE:
                break
        return []

    def united_nations(self, title: Title) -> list[Referent]:
        """The United Nations, for "the Under-Secretary-General" in a text that names one of its organs."""
        words = self.cast.tokens.plain[title.start : title.right]
        known = any(key.startswith("organization/un") for key in self.cast.by_authority)
        if not known or "secretary" not in words or "general" not in words or self.cast.implied is None:
            return []
        return [self.cast.implied("organization/un")]

    def organ(self, title: Title) -> list[Referent]:
        """The organ of an organisation that the text speaks of, for a post in it: "the Trade Commissioner"."""
        found = short_organs().get(plain(title.head.title).rpartition(" ")[2])
        if found is None or found[0] not in self.cast.by_authority or self.cast.implied is None:
            return []
        return [self.cast.implied(found[1])]

    def recent_body(self, title: Title) -> list[Referent]:
        """The organisation or court that was named last, for a post in it: "Judges at the court … Judge Okoro"."""
        if title.head.kind != "executive" or title.head.title in ("leader", "boss", "founder", "chief"):
            return []
        tokens, at = self.cast.tokens, self.cast.at
        if leads_union(title.text):
            unions = [r for r in self.cast.referents if r.type == ActorType.INTERNATIONAL_ORGANIZATION and r.mentions]
            near = [(m.start, r) for r in unions for m in r.mentions if 0 < title.left - m.start < _UNION_BACK]
            if near:
                return [max(near, key=lambda pair: pair[0])[1]]
            before = [r for r in unions if r.mentions[0].start < title.left]
            if before:
                # of several the one that the text has spoken of most
                return [max(before, key=lambda r: (len(r.mentions), -r.mentions[0].start))]
        for i in range(title.left - 1, max(-1, title.left - 60), -1):
            if tokens.paragraph[title.at] - tokens.paragraph[i] > 1:
                break
            member = at.get(i)
            if member is not None and member.type in _BODIES:
                return [member]
        return []

    def _partners(self, holder: Referent, title: Title) -> set[str]:
        """States of those whom the holder meets in the sentence: "Prime Minister A met President B of Chile"."""
        tokens = self.cast.tokens
        out: set[str] = set()
        sentence = tokens.sentence[title.at]
        held = {pair for pairs in self._held.values() for pair in pairs}
        for other, state in sorted(held):
            person = self.cast.get(other)
            if person is None or person is holder:
                continue
            for mention in person.mentions:
                head = mention.head
                if tokens.sentence[head] != sentence or head <= title.at:
                    continue
                governor = tokens.head[head]
                away = tokens.dep[head] == "pobj" and tokens.lower[governor] in ("with", "to", "from")
                if away or (tokens.dep[head] == "dobj" and tokens.lemma[governor] in word_set("meet_verbs")):
                    out.add(state)
        return out

    def _aimed_at(self, holder: Referent, title: Title) -> set[str]:
        """States at which the sentence has the holder aim: "Prime Minister A accused Belgrade", "sent her to Lima"."""
        tokens = self.cast.tokens
        heads = {tokens.root(title.at, title.end), *(m.head for m in holder.mentions if abs(m.head - title.at) < _NEAR)}
        out: set[str] = set()
        for verb in sorted({tokens.head[i] for i in heads if tokens.dep[i] == "nsubj"}):
            lemma = tokens.lemma[verb]
            if lemma in word_set("aimed_at"):
                aims = [c for c in tokens.children[verb] if tokens.dep[c] == "dobj"]
            elif lemma in word_set("sent_to"):
                ways = [c for c in tokens.children[verb] if tokens.lower[c] == "to"]
                aims = [c for way in ways for c in tokens.children[way] if tokens.dep[c] == "pobj"]
            else:
                continue
            found = (self.resolve(c, c + 1) for c in aims if tokens.pos[c] == "PROPN")
            out |= {member.key for member in found if member is not None and member.type == ActorType.STATE}
        return out

    def _house(self, title: Title, taken: set[str]) -> Referent | None:
        """The state whose house of parliament the article names, for a member: a senator of the Bolivian Senate."""
        if title.head.kind != "legislator":
            return None
        wanted = {"senate"} if "senator" in title.text else word_set("legislatures") - {"senate"}
        states = {
            state.key: state
            for member in self.cast.referents
            if member.type == ActorType.GOVERNMENT_BODY and wanted & set(plain(member.name).split())
            for state in (self.cast.state_of(member),)
            if state is not None and state.key not in taken
        }
        return next(iter(states.values())) if len(states) == 1 else None

    def _is_of_congress(self, title: Title) -> bool:
        """Whether party and state follow the name as American newspapers write them: "Sen. NAME (D-Ohio)"."""
        k = title.right
        while k in self.persons:
            k += 1
        tokens = self.cast.tokens
        behind = self.words[k + 1 : k + 7] if k < len(tokens) and tokens.text[k] == "," else []
        if title.head.short and word_set("american_partisans") & set(behind):
            return True  # ", a Nevada Democrat"
        if k + 2 >= len(tokens) or tokens.text[k] not in ("(", ",") or tokens.text[k + 1][0] not in "RDI":
            return False
        # the tokenizer splits "R-Ohio" or not
        short = tokens.text[k + 1]
        return (len(short) == 1 and tokens.text[k + 2] == "-") or (len(short) > 2 and short[1] == "-")

    def _ministry(self, title: Title, taken: set[str]) -> Referent | None:
        """The state of the one ministry nearby that is the minister's: "the Energy Ministry … Energy Minister"."""
        words = plain(title.text).split()
        if title.head.kind != "office" or len(words) < 2 or words[-1] not in word_set("portfolio_heads"):
            return None
        tokens = self.cast.tokens
        states: dict[str, Referent] = {}
        for member in self.cast.referents:
            near = [m for m in member.mentions if m.start < title.left]
            if member.type != ActorType.GOVERNMENT_BODY or not near:
                continue
            if tokens.paragraph[title.at] - tokens.paragraph[near[-1].start] > 1:
                continue
            name = plain(member.name).split()
            state = self.cast.state_of(member) if "ministry" in name or "department" in name else None
            if state is not None and state.key not in taken and set(words[:-1]) <= set(name):
                states[state.key] = state
        return next(iter(states.values())) if len(states) == 1 else None

    def _side(self, title: Title) -> Referent | None:
        """The state in ", who leads the Bolivian side" behind the name."""
        k = title.right
        while k in self.persons:
            k += 1
        tokens = self.cast.tokens
        if k + 1 < len(self.words) and self.words[k] == "," and self.words[k + 1] in ("who", "whose"):
            for i in range(k + 2, min(k + 12, len(self.words))):
                if tokens.sentence[i] != tokens.sentence[k] or self.words[i] == ",":
                    break
                member = self.resolve(i, i + 1)
                modifies = tokens.dep[i] in ("amod", "poss", "compound")
                if member is not None and member.type == ActorType.STATE and modifies:
                    return member
        return None

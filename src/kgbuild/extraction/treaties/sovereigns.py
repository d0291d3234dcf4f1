"""Which states and organisations the words of a text stand for: by name, by whom they represent, by membership."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from spacy.tokens import Doc, Token

from kgbuild.authority import Entry
from kgbuild.extraction.document import Referent, coordinated, denoted
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.lexicon import in_class, single_words, singular, treaty_nouns
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.pairs import PASSAGE, Pairs
from kgbuild.facts import ActorType

_SOVEREIGN = frozenset({ActorType.STATE, ActorType.INTERNATIONAL_ORGANIZATION})
_TALKS = frozenset({"talk", "negotiation", "round"})
_DASHES = frozenset({"-", "–", "—"})


class Sovereigns:
    """Finds who can be a party to a treaty in one document.

    Args:
        doc: with its actors found, if there are any.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self.by_key: dict[str, Referent] = {actor.key: actor for actor in doc._.actors}
        self._represents: dict[str, list[str]] = {}
        for role in doc._.roles:
            self._represents.setdefault(role.holder, []).extend(role.represents)
        self._public = [
            mention.head for actor in doc._.actors if actor.type in _SOVEREIGN for mention in actor.mentions
        ]
        states = (
            (mention.head, actor.key)
            for actor in doc._.actors
            if actor.type == ActorType.STATE
            for mention in actor.mentions
        )
        self._sovereign = sorted(
            (mention.head, actor.key)
            for actor in doc._.actors
            if actor.type in _SOVEREIGN
            for mention in actor.mentions
        )
        acting = (
            (mention.head, key)
            for actor in doc._.actors
            if actor.type in _SOVEREIGN or (actor.type == ActorType.PERSON and not actor.tentative)
            for key in self.states_of(actor)
            if not _is_forum(self.by_key[key])
            for mention in actor.mentions
        )
        self.pairs = Pairs(doc, sorted(states), sorted(acting))
        self.pairs.mediators = frozenset(self._mediators())
        self.pairs.persons = sorted(
            (mention.head, key)
            for actor in doc._.actors
            if actor.type == ActorType.PERSON
            for key in self.states_of(actor)[:1]
            for mention in actor.mentions
        )

    def _mediators(self) -> Iterator[str]:
        """Keys of the states that bring others together: "brokered by Oman", "Qatar mediated", "Swiss mediators"."""
        tokens = tokens_of(self._doc)
        for i in tokens.lemma_at.of(single_words("mediating")):
            token = self._doc[i]
            if tokens.lemma[i] == "host" and not any(child.lemma_.lower() in _TALKS for child in token.children):
                continue  # who hosts a summit on the climate brings nobody together
            if token.pos_ == "VERB":
                heads = [
                    each
                    for child in token.children
                    if child.dep_ in {"nsubj", "agent"}
                    for each in ((child,) if child.dep_ == "nsubj" else child.children)
                ]
            else:
                heads = [child for child in token.children if child.dep_ in {"amod", "poss", "compound"}]
            for head in heads:
                for each in coordinated(head):
                    for referent in denoted(self._doc, each, joint=False):
                        yield from self.states_of(referent)

    def states_of(self, referent: Referent, *, direct: bool = False) -> list[str]:
        """Keys of the states or organisations that an actor is or acts for.

        Args:
            referent: what a phrase denotes.
            direct: only what it is itself; an organisation of rebels counts, and so does an army.
        """
        if referent.sort != "actor" or referent.name.lower() in treaty_nouns():
            return []  # the reader of names takes "DTA" for an organisation
        if referent.type in _SOVEREIGN:
            known = (key for key in referent.affiliation if key in self.by_key)
            whole = [key for key in known if self.by_key[key].type == referent.type]
            return whole[:1] if whole and _is_organ(referent.name) else [referent.key]
        behind = [*referent.affiliation, *self._represents.get(referent.key, ())]
        behind = [key for key in dict.fromkeys(behind) if key in self.by_key and self.by_key[key].type in _SOVEREIGN]
        if direct and referent.type == ActorType.GROUP:  # "the government and the rebels" together
            keys = [key for key in referent.affiliation if key in self.by_key]
            return [key for key in keys if self.by_key[key].type in {*_SOVEREIGN, ActorType.ORGANIZATION}]
        if referent.type == ActorType.ORGANIZATION:
            return [referent.key] if direct or not behind else behind
        if (
            direct
            and referent.type == ActorType.GOVERNMENT_BODY
            and in_class(singular(referent.name.split()[-1]), "fighter")
        ):
            return [referent.key]
        return [] if direct and referent.type == ActorType.PERSON else behind

    def is_sovereign(self, token: Token) -> bool:
        """Whether a token denotes, or names, a state or an international organisation."""
        found = [r for r in denoted(self._doc, token, joint=False) if r.sort == "actor"]
        if found:
            return any(self.states_of(referent) for referent in found)
        return not self.by_key and token.ent_type_ in {"GPE", "NORP"}

    def before_list(self, token: Token) -> Iterator[Token]:
        """The first of "Peru, Chile and Bolivia", where the parser took the list to begin with the second."""
        first = token.left_edge.i - 2
        opens = first >= 0 and first == token.sent.start and self._doc[first + 1].text == ","
        if opens and any(head == first for head, _ in self.pairs.states):
            yield self._doc[first]

    def right_before(self, verb: Token) -> list[Token]:
        """Two states or more that stand right before a verb, where the parser hung them on something else.

        "In a hotel in Oslo, Peru and Chile signed it".
        """
        if verb.tag_ not in {"VBD", "VBZ", "VBP"}:
            return []
        heads = {head for head, _ in self.pairs.states}
        found: list[Token] = []
        for token in reversed(self._doc[verb.sent.start : verb.i]):
            if token.i in heads:
                found.append(token)
            elif token.text not in {",", "and"} and token.pos_ not in {"DET", "PROPN"}:
                break
        joined = len(found) > 1 and any(t.lower_ == "and" for t in self._doc[found[-1].i : found[0].i])
        return list(reversed(found)) if joined else []

    def beside_dash(self, token: Token) -> list[str]:
        """The state that a word joined to another by a dash names: in names few words are found as actors."""
        around = self._doc[max(token.i - 1, 0) : token.i + 2]
        if token.pos_ != "PROPN" or not any(t.text in _DASHES for t in around):
            return []
        return [key for key, actor in self.by_key.items() if actor.type in _SOVEREIGN and actor.name == token.text]

    def at(self, token: Token, *, direct: bool = False) -> list[str]:
        """Keys of those whom a phrase stands for.

        Args:
            token: head of the phrase.
            direct: as in :meth:`states_of`.
        """
        keys: list[str] = []
        if direct:  # "the country's rebels, the Armed Front, …": the name tells more than the description
            for child in token.children:
                if child.dep_ == "appos" and token.pos_ == "NOUN":
                    keys += self.at(child, direct=True)
            if keys:
                return keys
        for referent in denoted(self._doc, token, joint=False):
            keys += self.states_of(referent, direct=direct)
        if not keys and token.pos_ == "PRON" and token.dep_ in {"nsubj", "poss"}:
            return self._of_pronoun(token)
        number = self.pairs.number(token) if not keys else 0
        if number > 2:
            keys = self.pairs.most_spoken_of(number)
        elif number:
            people = in_class(singular(token.lower_), "couple")
            keys = (self.pairs.last_couple(token) if people else []) or self.pairs.last_pair(token.i)
        if not keys and token.tag_ in {"NNS", "NNPS"}:
            keys = self._members_of_group(token)
        of_several = token.tag_ in {"NNS", "NNPS"} and len(keys) == 1 and not direct
        if (
            not keys or of_several
        ) and token.pos_ == "NOUN":  # "negotiators from the two countries", "Peru's lawmakers"
            for child in token.children:
                if child.dep_ in {"poss", "amod", "compound"}:
                    keys += [key for r in denoted(self._doc, child, joint=False) for key in self.states_of(r)]
                elif child.dep_ == "prep" and child.lower_ in {"from", "of", "in"}:
                    keys += [
                        key
                        for c in child.children
                        if c.dep_ == "pobj"
                        for each in coordinated(c)
                        for key in self.at(each)
                    ]
        return keys

    def _of_pronoun(self, token: Token) -> list[str]:
        """Whom "it", "they", "she" stand for: nobody has resolved pronouns yet.

        "Peru has not ratified the convention, which it signed in 2018": the subject of the sentence, or of the one
        before; for a person the last one named.
        """
        if token.lower_ in {"he", "she", "his", "her"}:
            keys = [key for place, key in self.pairs.persons if place < token.i]
            return keys[-1:]
        if token.lower_ in {"we", "our"}:  # whoever writes so for the readers of a state, or is asked for them
            home: Referent | None = self._doc._.home
            return [home.key] if home is not None and home.key in self.by_key else []
        if token.lower_ not in {"it", "they", "its", "their"}:
            return []
        sentence = token.sent
        for span in (self._doc[sentence.start : token.i], self._doc[max(sentence.start - 1, 0)].sent):
            for subject in span:
                if subject.dep_ in {"nsubj", "nsubjpass"} and subject.pos_ != "PRON":
                    return [key for each in self.each(subject) for key in self.at(each)]
            if token.lower_ in {"its", "their"}:
                break
        return []

    def itself(self, token: Token) -> list[str]:
        """As :meth:`at`, but not for those who only belong to a state, such as its troops."""
        found = [referent for referent in denoted(self._doc, token, joint=False) if referent.sort == "actor"]
        if any(referent.type == ActorType.GROUP for referent in found):
            return []
        if not found and not in_class(singular(token.lower_), "pair") and token.pos_ != "PRON":
            return []
        return self.at(token)

    def _members_of_group(self, token: Token) -> list[str]:
        """ "The Ministers", where the text opened with "the ministers … of Peru, Chile and Bolivia"."""
        lemma = token.lemma_.lower()
        for other in self._doc[: token.i + 1]:
            if other.lemma_.lower() != lemma or other.tag_ not in {"NNS", "NNPS"}:
                continue
            inside = range(other.i, other.right_edge.i + 1)
            keys = list(dict.fromkeys(key for head, key in self._sovereign if head in inside))
            if len(keys) > 1:
                return keys
        return []

    def each(self, token: Token) -> Iterator[Token]:
        """A token and those listed with it, also where the parser lost the list: "by A, B, the C and D"."""
        listed = list(coordinated(token))
        yield from listed
        seen = {t.i for t in listed}
        referents: dict[int, Referent] = self._doc._.referents
        inside = {i for head, _ in self.pairs.states for i in (head,)}
        for following in self._doc[token.i + 1 : token.sent.end]:
            if following.i in referents and following.i in inside and following.i not in seen:
                yield following
            elif following.text not in {",", "and", "&", "’s", "'s"} and following.pos_ not in {"DET", "PROPN", "ADJ"}:
                break

    def is_public(self, key: str) -> bool:
        """Whether an actor is a state or an international organisation."""
        return key in self.by_key and self.by_key[key].type in _SOVEREIGN

    def is_unknown(self, key: str) -> bool:
        """Whether a key is of an organisation that the authority does not know: most are firms, parties or clubs."""
        actor = self.by_key.get(key)
        return actor is not None and actor.type == ActorType.ORGANIZATION and not actor.authority

    def is_diplomatic(self, mention: TreatyMention, reach: int = PASSAGE) -> bool:
        """Whether the passage around a mention speaks of states or international organisations at all.

        Args:
            mention: a noun phrase.
            reach: how many tokens around it count.
        """
        return not self.by_key or any(abs(head - mention.head) <= reach for head in self._public)

    def of_authority(self, entry: Entry) -> list[str]:
        """Those of a well-known treaty's parties that the text speaks of."""
        wanted = set(entry.parties)
        return [key for key, actor in self.by_key.items() if actor.authority and actor.authority in wanted]

    def at_home(self, seats: Callable[[str], Collection[str]]) -> str:
        """The state from whose seat of government the text is datelined ("DUSHANBE, June 3 -"), else the publisher's.

        Args:
            seats: the seats of government of a state, by its id in the authority.
        """
        layout = self._doc._.layout
        for paragraph in layout.paragraphs if layout is not None else ():
            if paragraph.dateline_end > paragraph.start:
                dateline = self._doc[paragraph.start : paragraph.dateline_end].text.casefold()
                for key, actor in self.by_key.items():
                    if actor.authority and any(seat.casefold() in dateline for seat in seats(actor.authority)):
                        return key
                break
        home: Referent | None = self._doc._.home
        return home.key if home is not None and home.key in self.by_key else ""

    def of_seat(self, names: list[str], seats: Callable[[str], Collection[str]]) -> list[str]:
        """The state that the text speaks of by the city in a treaty's name: "Honiara" in "Honiara Security Treaty".

        Args:
            names: of the treaty.
            seats: the seats of government of a state, by its id in the authority.
        """
        words = {word for name in names for word in name.split()[:2]}
        return [
            key
            for key, actor in self.by_key.items()
            if actor.type == ActorType.STATE and any(seat in words for seat in seats(actor.authority))
        ][:1]


def _is_forum(actor: Referent) -> bool:
    """Whether states only meet and vote in an international body, which is no party itself: a council, a conference."""
    return actor.type == ActorType.INTERNATIONAL_ORGANIZATION and any(
        in_class(word.lower(), "forum") for word in actor.name.split()
    )


def _is_organ(name: str) -> bool:
    """Whether an international body is an organ of a larger one: the European Commission signs for the Union."""
    return any(in_class(word.lower(), "organ") for word in name.split())

"""What points back to somebody already named: the component ``kgbuild_coreference``.

In one pass over the text it gives pronouns, relative pronouns and definite descriptions their referents, so that each
may be the antecedent of those behind it. Phrases for several ("the two countries") denote them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.coreference.pronouns import pronouns
from kgbuild.extraction.document import Mention, Referent, register_extensions
from kgbuild.extraction.lexicons import organisation_heads, person_nouns, word_list, word_set
from kgbuild.extraction.roles.holders import name_before_clause
from kgbuild.extraction.tokens import SUBJECTS
from kgbuild.facts import ActorType

if TYPE_CHECKING:
    from kgbuild.extraction.actors.component import Stage

register_extensions()

_PEOPLE = frozenset((ActorType.PERSON, ActorType.GROUP))
_NOUNS = frozenset(("NOUN", "PROPN"))
#: what belongs to a description before its noun
_DESCRIBING = frozenset(("det", "amod", "poss", "nummod", "compound", "predet", "preconj"))
_NOTHING: frozenset[str] = frozenset()
_QUANTITIES = frozenset(("one", "two", "both", "another", "neither", "each", "some", "others", "old"))
_RELATIVE = frozenset(("who", "whom", "whose", "which", "that"))


@Language.factory(
    "kgbuild_coreference",
    assigns=["doc._.referents", "doc._.actors", "doc._.roles"],
    requires=["doc._.actors", "token.dep"],
)
def create_coreference(nlp: Language, name: str) -> CoreferenceFinder:
    """The factory of ``kgbuild_coreference``; it needs ``kgbuild_actors`` before it."""
    return CoreferenceFinder()


class CoreferenceFinder:
    """The component ``kgbuild_coreference``."""

    def __call__(self, doc: Doc) -> Doc:
        """Adds to the document's referents, actors and roles; does nothing without ``kgbuild_actors``."""
        if doc._.kgbuild_stage is not None:
            Coreference(doc._.kgbuild_stage).run()
            doc._.kgbuild_stage.close()
            doc._.kgbuild_stage = None
        return doc


class Coreference:
    """The coreference of one document.

    Args:
        stage: what ``kgbuild_actors`` found, and its tools.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tokens = stage.tokens
        self.words = stage.words
        self.cast = stage.cast
        self.descriptions = stage.descriptions
        self.descriptions.know(stage.roles.posts, stage.doc._.treaties)
        self.descriptions.portraits.protagonist = stage.resolver.protagonist

    def run(self) -> None:
        """Resolves everything in text order, then adds the posts and groups that it brought to light."""
        titles = {self.tokens.root(title.at, title.end): title for title in self.stage.unheld}
        at = self.cast.at
        known = pronouns()
        pointing = known.keys() | _RELATIVE | _QUANTITIES
        for i, (word, pos, kind) in enumerate(zip(self.words, self.tokens.pos, self.tokens.kind, strict=True)):
            if (pos not in _NOUNS and word not in pointing and i not in titles) or kind == "boilerplate":
                continue
            if i in titles and (i not in at or at[i].type == ActorType.GROUP):
                self._title(i, titles[i])
            elif i in at:
                continue
            elif word in known:
                self._point(i, self.stage.resolver.antecedent(i), "pronoun")
            elif word in _RELATIVE:
                self._point(i, self._relative(i), "pronoun")
            elif pos in _NOUNS:
                self._noun(i, word)
            elif word in _QUANTITIES:
                self._quantity(i, word)
        # pronouns speak as well: "In Amman he said that Egypt would not sign"
        self.stage.roles.settling.hear(self.stage.roles.posts)
        self.stage.publish()

    def _point(self, i: int, referent: Referent | None, kind: str) -> None:
        """Notes that the token denotes a referent."""
        if referent is None:
            return
        self.cast.at[i] = referent
        if isinstance(referent.detail, list):
            return
        if kind == "pronoun":
            referent.mentions.append(Mention(i, i + 1, i, "pronoun"))
            pronoun = pronouns().get(self.words[i])
            if referent.gender == "unknown" and pronoun is not None and pronoun.gender in ("male", "female"):
                referent.gender = "male" if pronoun.gender == "male" else "female"
        else:
            start = self._description_start(i)
            referent.mentions.append(Mention(start, i + 1, i, "description"))

    def _description_start(self, i: int) -> int:
        tokens = self.tokens
        start = i
        for child in tokens.children[i]:
            if child > i:
                break
            if tokens.dep[child] in _DESCRIBING:
                start = min(start, tokens.left_edge(child, skip=_NOTHING))
        return start

    def _relative(self, i: int) -> Referent | None:
        """The antecedent of "who": the noun that the relative clause hangs on."""
        tokens = self.tokens
        if tokens.tag[i] not in ("WP", "WP$", "WDT"):
            return None
        if tokens.lower[i] == "that" and tokens.dep[i] == "mark":
            return None
        verb = i
        for _ in range(6):
            verb = tokens.head[verb]
            if tokens.dep[verb] in ("relcl", "ROOT") or tokens.head[verb] == verb:
                break
        noun = tokens.head[verb] if tokens.dep[verb] == "relcl" else -1
        named = name_before_clause(tokens, i)
        if self.words[i] in ("who", "whose", "whom") and named in self.stage.persons and self.words[i - 1] == ",":
            noun = named
        if noun < 0 or noun >= i:
            if tokens.lower[i] == "that":
                return None
            # the parser lost the clause: the name right before the comma
            noun = name_before_clause(tokens, i)
        referent = self.cast.at.get(noun)
        if referent is None and noun >= 0 and noun in self.stage.persons:
            referent = self.stage.persons[noun]
        if tokens.lower[i] in ("who", "whom") and referent is not None and referent.type not in _PEOPLE:
            # "an adviser to the delegation, who": the people, not the body
            outer = tokens.head[tokens.head[noun]] if tokens.dep[noun] == "pobj" else noun
            other = self.cast.at.get(outer)
            referent = other if other is not None and other.type in _PEOPLE else referent
        if referent is not None and referent.sort == "actor" and self.words[i] in ("who", "which", "whose"):
            joined = [
                self.cast.at[c]
                for c in tokens.children[noun]
                if tokens.dep[c] == "conj" and c < i and c in self.cast.at
            ]
            if joined and joined[0].type == referent.type and joined[0] is not referent:
                return self.cast.together([referent, *joined])
        return referent

    def _title(self, i: int, title: Title) -> None:
        """A title that nobody named beside it holds: "the foreign minister", "his ambassador"."""
        tokens = self.tokens
        if title.head.plural:
            number = self.descriptions.number(i)
            found = self.descriptions.several(self.words[i], i, number) if number else None
            if not number and self._is_bare(title):
                found = self.descriptions.holders.both(title.text.removesuffix("s"), i)
            if found is not None:
                self.cast.at[i] = found
            elif i not in self.cast.at:
                self._noun(i, self.words[i])
            return
        determiner = self.words[title.determiner] if title.determiner >= 0 else ""
        if title.head.kind == "counterpart" and determiner in ("his", "her"):
            owner = self.cast.at.get(title.determiner)
            found = self.descriptions.holders.counterpart(owner, i) if owner is not None else None
            if found is not None:
                self._point(i, found, "description")
                return
        if i in self.cast.at:
            return
        proper = determiner == "" and tokens.text[title.at][0].isupper()
        if determiner in word_set("definite") or proper or title.owners:
            if tokens.dep[i] == "attr":
                return
            states = self.descriptions.title_states(title)
            if title.owners and not states and title.head.kind == "spokesperson":
                return  # "the coalition's spokesman" speaks for nobody that the text has named
            noun = self.words[title.at] if " " not in title.head.title else title.head.title
            if title.head.title != title.text and title.text.split()[-1] == noun:
                found = self.descriptions.person(noun, i, states, title.text)
            else:
                found = self.descriptions.person(noun, i, states, title.text if " " in title.text else "")
            if found is not None:
                self._point(i, found, "description")
                return
        self._post_of_pronoun(i, title)
        if i not in self.cast.at and i in self.stage.groups.heads_set():
            self.stage.groups.add(i, definite=True)

    def _is_bare(self, title: Title) -> bool:
        """Whether a title is "the TITLE" and nothing more."""
        determined = title.determiner >= 0 and self.words[title.determiner] == "the"
        return determined and not title.owners and not title.complements

    def _post_of_pronoun(self, i: int, title: Title) -> None:
        """ "When SHE was a senator", "as foreign minister, SHE …": the post of whom the pronoun denotes."""
        holder = self.stage.roles.holders.holder_by_grammar(title)
        if holder is None:
            return
        self.stage.roles.hold(holder, title)
        self.cast.at[i] = holder

    def _noun(self, i: int, word: str) -> None:
        """A common noun that points back: "the agency", "the man", "these critics", "the country", "both sides"."""
        tokens = self.tokens
        if tokens.dep[i] in ("compound", "amod", "npadvmod"):
            return
        plural = tokens.tag[i] in ("NNS", "NNPS")
        number = self.descriptions.number(i) if plural or word in ("side", "party") else 0
        several = self.descriptions.several(word, i, number) if number else None
        if several is not None:
            self.cast.at[i] = several
            return
        start = self._description_start(i)
        determiner = self.words[start]
        if determiner not in word_set("definite"):
            return
        pointing = determiner in ("the", "this", "that", "these", "those")
        if tokens.dep[i] == "attr" and pointing:
            return
        if pointing and word in word_set("country") and not plural and tokens.text[i].islower():
            following = self.words[i + 1] if i + 1 < len(self.words) else ""
            if i - start <= 1 and following != "of":
                self._point(i, self.descriptions.country(i), "description")
            return
        if pointing and not plural and i - start == 1 and self._demonym(i):
            return
        if self._named_beside(i, start, determiner, word):
            return
        if plural and pointing and word in ("neighbours", "neighbors", "sides") and i - start <= 1:
            if (found := self.descriptions.several(word, i, 2)) is not None:
                self.cast.at[i] = found
            return
        if word in person_nouns() and pointing:
            singular, is_plural, _ = person_nouns()[word]
            if is_plural:
                any_group = determiner in ("these", "those")
                found = self.descriptions.plural_group(word, i, any_group=any_group)
            else:
                found = self.descriptions.person(singular, i)
            if found is not None:
                self._point(i, found, "description")
                return
        if pointing and not plural and (word in organisation_heads() or word in word_set("organisation")):
            proper = tokens.text[i][0].isupper()
            found = self.descriptions.organisation(word, i, proper=proper) if i - start <= 2 else None
            if found is not None:
                self._point(i, found, "description")
                return
        if i in self.stage.groups.heads_set():
            self.stage.groups.add(i, definite=True)

    def _demonym(self, i: int) -> bool:
        """ "The American said": whoever has just been named who holds a post of that State."""
        state = self.stage.who.get(i)
        if state is None or state.type != ActorType.STATE or self.tokens.tag[i] in ("NNS", "NNPS"):
            return False
        if self.words[i] != self.cast.demonym(state).lower() or self.tokens.dep[i] not in SUBJECTS:
            return False
        found = self.descriptions.holders.national(state, i)
        self._point(i, found, "description")
        return found is not None

    def _named_beside(self, i: int, start: int, determiner: str, word: str) -> bool:
        """ "The contractor, Adirondack Pipe", "his party": the name behind it, or the possessor's."""
        tokens = self.tokens
        named = next((c for c in tokens.children[i] if tokens.dep[c] == "appos" and c in self.cast.at), -1)
        if named >= 0 and tokens.tag[i] not in ("NNS", "NNPS"):
            self._point(i, self.cast.at[named], "description")
            return True
        if determiner in ("his", "her") and word == "party":
            owner = self.stage.resolver.antecedent(start)
            parties = [self.cast.get(key) for key in owner.affiliation] if owner is not None else []
            party = next((p for p in parties if p is not None and p.type == ActorType.ORGANIZATION), None)
            self._point(i, party, "description")
            return party is not None
        return False

    def _quantity(self, i: int, word: str) -> None:
        """ "Two of them", "one described", "the two had not spoken", "both are telling the truth"."""
        tokens = self.tokens
        if word == "old":
            # "The 72-year-old"
            aged = self.descriptions.portraits.of("", i) if i > 1 and self.words[i - 2] == "year" else []
            self._point(i, aged[0] if aged else None, "description")
            return
        whole = tokens.dep[i] in ("dobj", "pobj") and self.words[i - 1] == "the" and word == "two"
        if (tokens.dep[i] not in ("nsubj", "nsubjpass") and not whole) or tokens.pos[i] not in (
            "NUM",
            "PRON",
            "DET",
            "NOUN",
            "ADJ",
        ):
            return
        of = next((c for c in tokens.children[i] if tokens.lower[c] == "of"), -1)
        if of >= 0:
            inner = tokens.child(of, "pobj")
            referent = self.cast.at.get(inner) if inner >= 0 else None
            if referent is None and inner >= 0 and self.words[inner] in pronouns():
                referent = self.stage.resolver.antecedent(inner)
            if referent is not None and referent.type == ActorType.GROUP:
                self._point(i, referent, "description")
            return
        if word in ("two", "both", "neither", "each"):
            definite = i > 0 and self.words[i - 1] == "the"
            if definite or word != "two":
                found = self._latest_pair(i) or self.descriptions.several("", i, 2)
                if found is not None:
                    self.cast.at[i] = found
            return
        if tokens.lemma[tokens.head[i]] not in word_list("agentive_verbs.txt"):
            return
        group = self.descriptions.plural_group("", i, any_group=True)
        if group is not None and tokens.sentence[i] - tokens.sentence[self._last_head(group, i)] <= 2:
            if word == "one":
                self.cast.at[i] = self.stage.groups.one_of(group, i)
            else:
                self._point(i, group, "description")

    def _last_head(self, referent: Referent, i: int) -> int:
        return max((m.head for m in referent.mentions if m.head < i), default=0)

    def _latest_pair(self, i: int) -> Referent | None:
        """Two coordinated members in this or the last sentence: "the Russian and French governments … Both …"."""
        tokens, at = self.tokens, self.cast.at
        clause = self.descriptions.pairs.clause(i)
        for j in range(i - 1, max(-1, i - 60), -1):
            if tokens.sentence[i] - tokens.sentence[j] > 1:
                break
            if j in at and self.descriptions.pairs.clause(j) == clause:
                continue  # "the Union and the Commission praised the two"
            if j in at and tokens.dep[j] == "conj" and tokens.head[j] in at:
                first = at[tokens.head[j]]
                if first is not at[j] and first.sort == "actor" and not isinstance(first.detail, list):
                    return self.cast.together([first, at[j]]) if at[j].sort == "actor" else None
            elif j in at and isinstance(at[j].detail, list) and at[j].sort == "actor":
                return at[j]
        return None

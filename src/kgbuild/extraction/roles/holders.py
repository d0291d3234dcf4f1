"""Who holds a title: the name before, behind or around it, the subject of "is" and "became"."""

from __future__ import annotations

from collections.abc import Callable

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType


def name_before_clause(tokens: Tokens, i: int) -> int:
    """The last token of the name before ", who", also before "(Likud), who"."""
    k = i - 2 if i > 1 and tokens.text[i - 1] == "," else i - 1
    if k > 1 and tokens.text[k] == ")":
        while k > 0 and tokens.text[k] != "(":
            k -= 1
        k -= 1
    return k


class HolderFinder:
    """Links titles to persons in one article.

    Args:
        cast: the actors named so far.
        persons: token -> person named there, for every token of the name and its form of address.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(
        self, cast: Cast, persons: dict[int, Referent], resolve: Callable[[int, int], Referent | None]
    ) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        self.persons = persons
        self.resolve = resolve
        #: where a title's phrase ends -> who holds it
        self.holder_at: dict[int, Referent] = {}

    def holder(self, title: Title, following: Title | None) -> Referent | None:
        """The holder of a title by what stands beside it, or None.

        Args:
            title: the title's phrase.
            following: the next title of the text.
        """
        words, persons = self.words, self.persons
        size = len(words)
        if title.right < size and self.cast.tokens.tag[title.right] == "POS":
            return None  # "Jon Hale, the minister's secretary" is not the minister
        for edge in dict.fromkeys((title.end, title.right)):
            if edge != title.end and following is not None and following.end == edge:
                # "spokesman for President NAME"
                continue
            if edge < size and edge in persons and edge - 1 not in persons:
                return persons[edge]
        appointed = self._appointed(title)
        if appointed is not None:
            return appointed
        ahead = self._ahead(title, following)
        if ahead is not None:
            return ahead
        before = self._named_before(title)
        if before is not None and not self._is_next_of_list(title, before):
            return before
        k = title.right
        if k + 1 < size and words[k] in ("here", "there") and words[k + 1] == ",":
            k += 1  # "its ambassador here, NAME"
        if k + 3 < size and words[k] == "(" and words[k + 2] == ")" and k + 1 not in persons and words[k + 3] == ",":
            k += 3  # "the secretary general of the Pacific Forum (PF), NAME"
        if k < size and words[k] in (",", ":", "(", "-", "–", "—"):
            k += 1
            if following is not None and following.left <= k <= following.start and following.end in persons:
                # "her counterpart, Trade Secretary Renato Dimaguila"
                k = following.end
            if k + 2 < size and words[k] == "the" and k + 1 not in persons and self.cast.tokens.tag[k + 1] == "JJ":
                # "his opposite number, the formidable NAME"
                k += 2
            if k + 1 < size and k not in persons and words[k] in ("'", "‘", "’"):
                # a name that begins with a glottal stop
                k += 1
            if k < size and k in persons and k - 1 not in persons and not self._is_scene_setting(title, k):
                return persons[k]
        joined = self._joined(title)
        if joined is not None:
            return joined
        return self.holder_by_grammar(title)

    def _is_scene_setting(self, title: Title, name: int) -> bool:
        """Whether the title and the name behind the comma are two people: "Through an aide, Ruiz declined"."""
        tokens = self.cast.tokens
        if tokens.paragraph[name] != tokens.paragraph[title.at]:
            return True
        head = tokens.root(title.at, title.end)
        indefinite = title.determiner >= 0 and tokens.lower[title.determiner] in ("a", "an")
        while name + 1 in self.persons and self.persons[name + 1] is self.persons[name]:
            name += 1
        if indefinite and name + 1 < len(tokens) and tokens.text[name + 1][0].isalpha():
            return True  # "According to an official, Ruiz rang": the name of an official would end with a comma
        return tokens.dep[head] == "pobj" and tokens.dep[name] in ("nsubj", "nsubjpass")

    def _is_next_of_list(self, title: Title, before: Referent) -> bool:
        """Whether a list goes on with the title: "the WTO's deputy director, A, the UN rapporteur | , B, and"."""
        name = title.right + 1
        if name >= len(self.words) or self.words[title.right] != "," or name not in self.persons:
            return False
        held = {id(person) for person in self.holder_at.values()}
        return id(before) in held and self.persons[name] is not before and id(self.persons[name]) not in held

    def _appointed(self, title: Title) -> Referent | None:
        """The person in "Norway has named NAME ambassador", "NAME, appointed special envoy last month"."""
        tokens = self.cast.tokens
        verb = tokens.head[tokens.root(title.at, title.end)]
        if tokens.lemma[verb] not in word_set("appoint"):
            return None
        start, end = title.owners[0] if title.owners else (-1, -1)
        if start > verb and end == title.start and start in self.persons:
            return self.persons[start]
        if verb > 1 and tokens.text[verb - 1] == "," and verb - 2 in self.persons:
            return self.persons[verb - 2]
        return None

    def _ahead(self, title: Title, following: Title | None) -> Referent | None:
        """The person in "TITLE and TITLE NAME"."""
        k = title.right
        if following is None or k + 1 >= len(self.words) or following.head.plural:
            return None
        # "Army chief Gen. NAME", "Foreign Minister and Deputy Prime Minister NAME"
        k += self.words[k] in ("and", "&")
        if k == title.right and following.left != k:
            return None
        if not following.left <= k <= following.start:
            return None
        edges = (following.end, following.right, following.right + 1)
        return next(
            (self.persons[edge] for edge in edges if edge in self.persons and edge - 1 not in self.persons), None
        )

    def _joined(self, title: Title) -> Referent | None:
        """The person in "NAME, TITLE and TITLE"."""
        k = title.left - 1
        if k <= 0 or (title.determiner >= 0 and self.cast.tokens.tag[title.determiner] == "PRP$"):
            return None
        if self.words[k] in ("and", "&"):
            return self.holder_at.get(k - 1 if self.words[k - 1] == "," else k)
        return None

    def _named_before(self, title: Title) -> Referent | None:
        """The person in "NAME, 61, now the TITLE", "NAME (TITLE"."""
        tokens, words = self.cast.tokens, self.words
        left = title.left
        if title.determiner >= 0 and tokens.tag[title.determiner] == "WP$":
            # "the president, whose envoy, NAME"
            return None
        k = left - 1
        while k > 0 and words[k] in word_set("between_name_and_title"):
            k -= 1
        if k <= 0 or tokens.paragraph[k] != tokens.paragraph[left]:
            return None
        if words[k] not in (",", "(", "-", "–", "—"):
            return None
        k -= 1
        if tokens.tag[k] == "CD" and k > 1 and words[k - 1] == ",":
            k -= 2
        if k in self.persons:
            return self.persons[k]
        return self.holder_at.get(k + 1)

    def holder_by_grammar(self, title: Title) -> Referent | None:
        """The subject of "is", "became", "was named", "served as", or of the clause with "as foreign minister"."""
        tokens = self.cast.tokens
        head = next(
            (
                i
                for i in range(title.end - 1, title.start - 1, -1)
                if tokens.head[i] not in range(title.start, title.end)
            ),
            title.at,
        )
        dep, verb = tokens.dep[head], tokens.head[head]
        if dep == "conj" and verb in self.holder_at:
            return self.holder_at[verb]
        if dep == "pobj" and tokens.lower[verb] == "as":
            governor = tokens.head[verb]
            while tokens.lemma[governor] in word_set("tenures") and tokens.head[governor] != governor:
                governor = tokens.head[tokens.head[governor]]  # "after six years as ambassador"
            if tokens.lemma[governor] in word_set("declined"):
                return None
            placed = word_set("appoint") | word_set("removed") | word_set("sent_as")
            if tokens.lemma[governor] in placed and tokens.child(governor, "dobj") >= 0:
                return self.person_at(tokens.child(governor, "dobj"))
            return self._performer(governor)
        if dep == "pobj" and tokens.lower[verb] == "of" and tokens.lemma[tokens.head[verb]] in word_set("places_held"):
            # "held the post of prime minister"
            holding = tokens.head[tokens.head[verb]]
            held = tokens.lemma[holding] in word_set("holding") and tokens.dep[tokens.head[verb]] == "dobj"
            return self._performer(holding) if held and not self._is_negated(holding) else None
        if tokens.dep[verb] == "acl" and tokens.lemma[verb] in word_set("appoint"):
            # "Nadia Osman, appointed special envoy last month"
            return self.person_at(tokens.head[verb])
        if dep in ("attr", "oprd", "dobj", "acomp", "xcomp") and not self._is_negated(verb):
            lemma = tokens.lemma[verb]
            if lemma in word_set("become") and dep != "dobj":
                return None if self._is_only_wished(verb) else self._performer(verb)
            if lemma in word_set("appoint"):
                passive = tokens.child(verb, "auxpass") >= 0 or tokens.child(verb, "nsubjpass") >= 0
                return self.person_at(tokens.subject(verb) if passive else tokens.child(verb, "dobj"))
        return None

    def _is_negated(self, verb: int) -> bool:
        return self.cast.tokens.child(verb, "neg") >= 0

    def _is_only_wished(self, verb: int) -> bool:
        """Whether somebody only wants the post: "wanted to be foreign minister"."""
        tokens = self.cast.tokens
        return tokens.dep[verb] == "xcomp" and tokens.lemma[tokens.head[verb]] in word_set("declined")

    def _performer(self, verb: int) -> Referent | None:
        """The person who does it, also "she" of "she was the first woman to serve"."""
        tokens = self.cast.tokens
        subject = tokens.subject(verb)
        if subject >= 0 or tokens.dep[verb] not in ("relcl", "acl"):
            return self.person_at(subject)
        noun = tokens.head[verb]
        found = self.person_at(noun)
        if found is not None or tokens.dep[noun] != "attr":
            return found
        return self.person_at(tokens.subject(tokens.head[noun]))

    def person_at(self, i: int) -> Referent | None:
        """The person at a subject or object: named, or the antecedent of "who"."""
        if i < 0:
            return None
        tokens = self.cast.tokens
        if tokens.lower[i] in ("who", "that", "which"):
            named = name_before_clause(tokens, i)
            if named in self.persons:
                return self.persons[named]
            verb = tokens.head[i]
            while tokens.dep[verb] != "relcl" and tokens.head[verb] != verb:
                verb = tokens.head[verb]
            i = tokens.head[verb] if tokens.dep[verb] == "relcl" else i
        pronoun = tokens.tag[i] == "PRP"
        found = self.resolve(i, i + 1) if pronoun else self.persons.get(i) or self.cast.at.get(i)
        return found if found is not None and found.type == ActorType.PERSON else None

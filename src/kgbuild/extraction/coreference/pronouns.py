"""Whom a pronoun stands for: by number and gender, nearness, grammatical role, and the limits that syntax sets."""

from __future__ import annotations

import functools
from bisect import bisect_left
from dataclasses import dataclass

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import person_nouns, role_genders, rows, word_list, word_set
from kgbuild.extraction.tokens import SUBJECTS
from kgbuild.facts import ActorType

_NOUNS = frozenset(("NOUN", "PROPN"))
_SENTENCES_BACK = 4
_TOKENS_BACK = 200
#: how far back "he" and "she" reach if nobody stands nearer
_PARAGRAPHS_BACK = 3
#: how much likelier "he" and "she" are whom the text is about
_PROTAGONIST = 1.0
#: and in a new paragraph: "Born in 1936, she joined"
_PROTAGONIST_ANEW = 3.0
#: and where others have been spoken of for a paragraph or more: more than who acted there last
_PROTAGONIST_AFAR = 1.4
#: and how much less likely somebody else of whom it is not known whether they are a man or a woman
_STRANGER = 1.5
#: how much likelier the speaker of the last sentence is to speak on, and who is praised to be the one who has earned it
_SPEAKS_ON = 0.8
_JUDGED = 3.0
#: how much likelier who has been asked is to answer
_ASKED = 3.5
#: how much less likely who accepts something is to be whose it is
_TAKEN = 2.5
#: how much likelier the next sentence is to be about who has been appointed or dismissed
_FATED = 2.7
_MAIN = frozenset(("ROOT", "conj"))
_PLURAL_BODIES = frozenset((ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION))


@dataclass(frozen=True, slots=True)
class Pronoun:
    """What a pronoun's form tells."""

    plural: bool
    gender: str
    use: str


@functools.cache
def pronouns() -> dict[str, Pronoun]:
    """Pronoun, lower case -> what its form tells."""
    return {form: Pronoun(number == "plural", gender, use) for form, number, gender, use in rows("pronouns.tsv", 4)}


class PronounResolver:
    """Finds antecedents in one document; what the cast denotes so far are the candidates.

    Args:
        cast: who has been found so far; it may grow between calls.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        #: whom the whole text is about, as an obituary is
        self.protagonist: Referent | None = None
        #: whether nobody else whom the pronoun may denote stands before it in its paragraph
        self._alone = True

    def antecedent(self, i: int) -> Referent | None:
        """The referent of the pronoun at a token; None if there is none, or if it stands for a thing."""
        tokens = self.cast.tokens
        pronoun = pronouns().get(self.words[i])
        if pronoun is None or tokens.dep[i] == "expl" or tokens.tag[i] not in ("PRP", "PRP$"):
            return None
        if pronoun.use == "reflexive":
            return self._reflexive(i, pronoun)
        if self.words[i] == "it" and self._is_empty(i):
            return None
        best: Referent | None = None
        highest = -100.0
        ahead = False
        excluded = self._excluded(i, pronoun)
        self._alone = True
        seen: set[str] = set()
        for j, referent in self._candidates(i, pronoun):
            if referent is not None and (referent in excluded or not self._agrees(j, referent, pronoun)):
                continue
            if referent is not None and referent is not self.protagonist and tokens.paragraph[i] == tokens.paragraph[j]:
                self._alone = False
            score = self._score(i, j, referent, pronoun)
            if referent is not None:
                seen.add(referent.key)
            if score > highest:
                best, highest, ahead = referent, score, j > i
        about = self.protagonist
        if (
            about is not None
            and (best is None or (highest < _PROTAGONIST_AFAR and about.key not in seen and not ahead))
            and pronoun.gender in ("male", "female")
            and about not in excluded
            and agrees(about, pronoun)
            and tokens.region[i] < 0
        ):
            return about
        return best

    def _agrees(self, j: int, referent: Referent, pronoun: Pronoun) -> bool:
        """Whether a mention may be taken up: also "he" for the body that "a spokesman" speaks for."""
        if agrees(referent, pronoun):
            return True
        if pronoun.plural:
            return False
        gender = role_genders().get(self.words[j])
        return pronoun.gender in ("male", "female") and gender in ("unknown", pronoun.gender)

    def _reflexive(self, i: int, pronoun: Pronoun) -> Referent | None:
        """ "Itself" behind a noun is that noun's, else the subject's."""
        tokens, at = self.cast.tokens, self.cast.at
        found = at.get(i - 1) if i else None
        if found is None and (i == 0 or tokens.pos[i - 1] not in ("NOUN", "PROPN")):
            subject = tokens.subject(tokens.head[i])
            found = at.get(subject) if subject >= 0 else None
        return found if found is not None and agrees(found, pronoun) else None

    def _is_empty(self, i: int) -> bool:
        """Whether "it" stands for nothing: "it was clear that", "what time it is", "it remains to be seen"."""
        tokens = self.cast.tokens
        verb = tokens.head[i]
        main = tokens.head[verb] if tokens.dep[verb] == "aux" else verb
        if tokens.dep[i] in SUBJECTS and tokens.lemma[main] in word_set("weather"):
            return True
        if tokens.dep[i] not in SUBJECTS or tokens.lemma[verb] not in (
            "be",
            "remain",
            "seem",
            "appear",
            "take",
            "become",
        ):
            return False
        children = tokens.children[verb]
        clause = any(tokens.dep[c] in ("ccomp", "xcomp", "csubj", "advcl") and c > i for c in children)
        described = any(tokens.dep[c] in ("acomp", "attr", "oprd") for c in children)
        wh = any(tokens.tag[c] in ("WP", "WDT", "WRB") or tokens.ent[c] in ("DATE", "TIME") for c in children)
        return (clause and described) or wh or (clause and tokens.lemma[verb] in ("seem", "appear", "remain", "take"))

    def _candidates(self, i: int, pronoun: Pronoun) -> list[tuple[int, Referent | None]]:
        """What stands before the pronoun, nearest first: the cast, and things that "it" and "they" may stand for."""
        tokens, at = self.cast.tokens, self.cast.at
        found: list[tuple[int, Referent | None]] = []
        things = pronoun.gender in ("neutral", "unknown")
        nouns = person_nouns()
        paragraph, sentence, pos = tokens.paragraph, tokens.sentence, tokens.pos
        dep, tag, ent = tokens.dep, tokens.tag, tokens.ent
        here = paragraph[i]
        near = max(bisect_left(sentence, sentence[i] - _SENTENCES_BACK), bisect_left(paragraph, here - 1))
        first = max(near if things else bisect_left(paragraph, here - _PARAGRAPHS_BACK), i - _TOKENS_BACK + 1, 0)
        for j in range(i - 1, first - 1, -1):
            if j not in at and not (things and pos[j] in _NOUNS):
                continue
            if j < near and found:
                break
            referent = at.get(j)
            if referent is not None:
                if dep[j] == "pobj" and self._is_inside(j, referent):
                    continue  # "the Manufacturers' Association of Nigeria. Its director"
                found.append((j, referent))
                if pronoun.plural and dep[j] != "conj":
                    joined = [at[c] for c in tokens.children[j] if dep[c] == "conj" and c in at]
                    together = [m for m in (referent, *joined) if m.sort == "actor" and not isinstance(m.detail, list)]
                    if len(together) > 1:
                        found.append((j, self.cast.together(list(dict.fromkeys(together)))))
            elif (
                (tag[j] in ("NNS", "NNPS")) == pronoun.plural
                and dep[j] not in ("compound", "amod", "npadvmod", "nmod")
                and ent[j] not in ("DATE", "TIME", "GPE")
                and not (pronoun.gender == "neutral" and self.words[j] in nouns)
            ):
                found.append((j, None))
        ahead = self._ahead(i)
        if ahead is not None:
            found.append(ahead)
        return found

    def _is_inside(self, j: int, referent: Referent) -> bool:
        """Whether a mention behind a preposition is only part of the name of somebody else."""
        tokens = self.cast.tokens
        outer = tokens.head[tokens.head[j]]
        whole = self.cast.at.get(outer)
        if whole is None or whole is referent or whole.sort != "actor":
            return False
        return any(m.start <= outer and j < m.end for m in whole.mentions[-3:] if m.kind == "name")

    def _ahead(self, i: int) -> tuple[int, Referent | None] | None:
        """The subject of the main clause, for a pronoun before it: "In HER opening remarks, the Chair said"."""
        tokens = self.cast.tokens
        j = i
        for _ in range(12):
            if tokens.dep[j] == "ROOT":
                break
            j = tokens.head[j]
        subject = tokens.child(j, "nsubj", "nsubjpass")
        if subject > i and tokens.dep[i] not in SUBJECTS and tokens.region[i] == tokens.region[subject]:
            referent = self.cast.at.get(subject)
            if referent is not None:
                return subject, referent
        return None

    def _excluded(self, i: int, pronoun: Pronoun) -> list[Referent]:
        """Whom syntax rules out: the other argument of the verb, the noun that the pronoun belongs to, a speaker."""
        tokens, at = self.cast.tokens, self.cast.at
        out: list[Referent] = []
        if pronoun.use == "plain":
            verb = tokens.head[i]
            if tokens.dep[i] == "pobj":
                verb = tokens.head[verb]
            if tokens.pos[verb] in ("VERB", "AUX"):
                others = list(tokens.children[verb])
                if tokens.dep[i] not in SUBJECTS and not any(tokens.dep[c] in SUBJECTS for c in others):
                    subject = tokens.subject(verb)
                    if subject < 0 and tokens.dep[verb] == "acl":
                        # "Rusu had orders to arrest HER"
                        subject = tokens.subject(tokens.head[tokens.head[verb]])
                    others += [subject] if subject >= 0 else []
                out += [at[c] for c in others if c != i and c in at and tokens.dep[c] in (*SUBJECTS, "dobj", "dative")]
        elif pronoun.use == "possessive":
            owned = tokens.head[i]
            if owned in at:
                out.append(at[owned])
        if tokens.region[i] >= 0 and pronoun.use != "reflexive":
            speaker = self._speaker(i)
            if speaker is not None:
                out.append(speaker)
        return out

    def _speaker(self, i: int) -> Referent | None:
        """Who says the quotation that holds a token: the subject of a verb of speech right before or behind it."""
        tokens = self.cast.tokens
        regions, size = tokens.region, len(tokens)
        region = regions[i]
        speech = word_list("agentive_verbs.txt")
        start = i
        while start > 0 and regions[start - 1] == region:
            start -= 1
        end = i
        while end < size and regions[end] == region:
            end += 1
        for j in [*range(end, min(end + 10, size)), *range(start - 1, max(start - 12, -1), -1)]:
            if tokens.paragraph[j] != tokens.paragraph[i] or tokens.region[j] >= 0:
                continue
            if tokens.pos[j] == "VERB" and tokens.lemma[j] in speech:
                subject = tokens.child(j, "nsubj")
                if subject >= 0:
                    return self.cast.at.get(subject)
        return None

    def _score(self, i: int, j: int, referent: Referent | None, pronoun: Pronoun) -> float:
        tokens = self.cast.tokens
        apart = tokens.sentence[i] - tokens.sentence[j]
        score = -1.1 * abs(apart) - 0.6 * (tokens.paragraph[i] != tokens.paragraph[j]) - 0.008 * abs(i - j)
        if j > i:
            score -= 1.2
        dep = tokens.dep[j]
        head = j
        if dep in ("conj", "appos"):
            head = tokens.head[j]
            dep = tokens.dep[head]
            score -= 0.3
        if dep in SUBJECTS:
            score += 2.0
            if tokens.dep[i] in SUBJECTS:
                score += 0.5
            governor = tokens.head[head]
            if tokens.dep[governor] in ("ROOT", "conj") or tokens.dep[governor] == "ccomp":
                score += 0.4
        elif dep in ("dobj", "dative"):
            score += 0.6
        elif dep == "agent" or (dep == "pobj" and tokens.lower[tokens.head[head]] in ("by", "to")):
            score += 0.5
        elif dep in ("poss", "compound", "amod"):
            score -= 0.2
        if tokens.region[i] != tokens.region[j] and tokens.region[j] >= 0:
            score -= 0.8
        if pronoun.gender in ("neutral", "unknown"):
            score += self._animacy(i, referent)
        if referent is not None and referent.gender == "unknown" and pronoun.gender in ("male", "female"):
            about = self.protagonist
            score -= 0.7 + _STRANGER * (about is not None and about.gender == pronoun.gender)
        verb = tokens.head[i]
        if tokens.dep[i] == "nsubjpass" and tokens.dep[head] == "dobj":
            score += 1.6
        if tokens.dep[verb] == "relcl" and tokens.head[verb] == j:
            score += 1.0
        if dep == "ROOT":
            score += 1.5
        score += self._parallel(i, head)
        if referent is not None and referent is self.protagonist and pronoun.gender in ("male", "female"):
            anew = tokens.paragraph[i] != tokens.paragraph[j] and self._alone
            score += _PROTAGONIST_ANEW if anew else _PROTAGONIST
        if pronoun.plural and referent is not None and referent.type in _PLURAL_BODIES:
            score -= 0.9
        if referent is not None and referent.type == ActorType.STATE and tokens.dep[j] in ("amod", "compound", "nmod"):
            score -= 1.0
        return score

    def _parallel(self, i: int, j: int) -> float:
        """How much likelier a mention is by the verb: who goes on speaking, and whose deeds somebody is praised for."""
        tokens = self.cast.tokens
        verb, governor = tokens.head[i], tokens.head[j]
        if (
            tokens.dep[i] == "nsubj"
            and tokens.dep[j] in ("dobj", "dative")
            and tokens.lemma[governor] in word_set("asking")
        ):
            # "asked Costa whether she would sign", "asked Morocco for a delay. It refused"
            answers = tokens.sentence[i] == tokens.sentence[j] + 1 and tokens.lemma[verb] in word_set("answering")
            return _ASKED * (answers or tokens.head[verb] == governor)
        next_told = (
            tokens.dep[i] in SUBJECTS and tokens.dep[j] == "dobj" and tokens.sentence[i] == tokens.sentence[j] + 1
        )
        if next_told and tokens.lemma[governor] in word_set("fated"):
            return _FATED  # "dismissed Wambui. She had opposed the treaty"
        if tokens.dep[i] == "nsubj" and tokens.dep[j] == "nsubj":
            # "Soto said that Ruiz would sign. She added": the speaker, not whom she spoke of
            speech = word_set("telling")
            again = tokens.dep[verb] in _MAIN and tokens.lemma[verb] in speech and tokens.region[i] < 0
            return _SPEAKS_ON * (again and tokens.dep[governor] in _MAIN and tokens.lemma[governor] in speech)
        if tokens.dep[i] == "poss" and tokens.dep[verb] == "dobj":
            # "Hale accepted his resignation": somebody else's
            taken = tokens.dep[j] == "nsubj" and tokens.head[verb] == governor
            return -_TAKEN * (taken and tokens.lemma[governor] in word_set("taking"))
        if tokens.dep[i] == "poss" and tokens.dep[verb] == "pobj":
            # "praised Ruiz for her patience"
            preposition = tokens.head[verb]
            judged = tokens.dep[j] == "dobj" and tokens.head[preposition] in (j, governor)
            return _JUDGED * (
                judged
                and tokens.lemma[governor] in word_set("judging")
                and tokens.lower[preposition] in ("for", "of", "on")
            )
        return 0.0

    def _animacy(self, i: int, referent: Referent | None) -> float:
        """Whether "it" or "they" does what only somebody does."""
        tokens = self.cast.tokens
        agentive = word_list("agentive_verbs.txt")
        verb = tokens.head[i]
        acting = tokens.dep[i] == "nsubj" and tokens.lemma[verb] in agentive
        actor = referent is not None and referent.sort == "actor"
        thing = tokens.lemma[verb] in word_set("things_do") or (
            tokens.lemma[verb] == "stand" and self.words[i - 1] == "as"
        )
        if self.words[i] == "it" and tokens.dep[i] in SUBJECTS and thing:
            return -2.5 if actor else 0.5
        if acting:
            return 1.5 if actor else -1.5
        if tokens.tag[i] == "PRP$":
            theirs = tokens.lemma[verb] in word_set("owned_by_actors")
            return (1.6 if theirs else 0.6) if actor else (-1.0 if theirs else 0.0)
        if self.words[i] in ("it", "them") and tokens.dep[i] not in SUBJECTS:
            return -1.3 if actor and self.words[i] == "it" else 0.2
        if self.words[i] == "it" and tokens.region[i] >= 0 and actor:
            return -1.0
        return -0.6 if actor else 0.3


def agrees(referent: Referent, pronoun: Pronoun) -> bool:
    """Whether a referent may be denoted by a pronoun, by number and gender."""
    if isinstance(referent.detail, list) and referent.sort == "actor":
        return pronoun.plural
    if referent.sort != "actor":
        return not pronoun.plural and pronoun.gender == "neutral"
    if pronoun.plural:
        return referent.plural or referent.type in _PLURAL_BODIES
    if referent.plural and pronoun.gender != "neutral":
        return False
    if pronoun.gender == "neutral":
        return referent.type not in (ActorType.PERSON, ActorType.GROUP)
    if referent.type == ActorType.PERSON or (referent.type == ActorType.GROUP and not referent.plural):
        return referent.gender in ("unknown", pronoun.gender)
    return False

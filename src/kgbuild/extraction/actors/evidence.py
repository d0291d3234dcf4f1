"""What speaks for a capitalised name to be a person, an organisation, a place or a thing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.lexicons import (
    given_names,
    media_names,
    not_actor_heads,
    organisation_heads,
    person_nouns,
    word_list,
    word_set,
)
from kgbuild.extraction.tokens import Tokens

#: quotation marks of every kind
QUOTES = frozenset("\"“”‘’'«»")
#: words over which the name of an organisation goes on
ORGANISATION_LINKS = frozenset(("of", "for", "on", "against", "de", "du", "des", "del", "da", "do"))


@dataclass(slots=True)
class Name:
    """One mention of a name that no authority knows, with what speaks for a person, an organisation, a place, a thing.

    Attributes:
        start, end: the name without title and form of address.
        left: where a form of address begins, else ``start``.
        gender: what the form of address tells.
        title: number of the title right before it, or -1.
        scores: evidence for "person", "organisation", "place", "thing".
        abbreviated: it is told whole by a short form in brackets behind it.
    """

    start: int
    end: int
    left: int
    gender: str = "unknown"
    title: int = -1
    scores: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    abbreviated: bool = False


def weigh(
    tokens: Tokens, name: Name, titles: Sequence[Title], introducing: Collection[int], held: Collection[int]
) -> None:
    """Fills a name's scores from its words and its context.

    Args:
        tokens: the document.
        name: the mention.
        titles: titles of posts, in text order.
        held: tokens of titles.
        introducing: tokens behind titles that a comma and a name may follow ("his counterpart, NAME").
    """
    _weigh_words(tokens, name)
    scores = name.scores
    if name.start > 1 and tokens.text[name.left - 1] == "," and name.left - 1 in introducing:
        scores["person"] += 3
    if name.title >= 0 and not titles[name.title].head.plural:
        scores["person"] += 4
    _weigh_left(tokens, name)
    if name.end < len(tokens) and tokens.paragraph[name.end] == tokens.paragraph[name.start]:
        _weigh_right(tokens, name, titles)
    if name.end - name.start == 1 and name.title < 0:
        _weigh_pronoun(tokens, name)
    root = tokens.root(name.start, name.end)
    verb = tokens.head[root]
    if tokens.dep[root] in ("nsubj", "nsubjpass") and root != verb:
        # "NAME was born in Sucre", "NAME stood down as vice president"
        scores["person"] += 2.5 * (tokens.lemma[verb] in word_set("human_verbs"))
        posts = (tokens.child(c, "pobj") for c in tokens.children[verb] if tokens.lower[c] == "as")
        scores["person"] += 3.0 * any(post in held for post in posts)
    if tokens.dep[root] in ("nsubj", "nsubjpass") and tokens.lemma[verb] in word_list("agentive_verbs.txt"):
        scores["person"] += 1
        scores["organisation"] += 0.7
        scores["place"] -= 1


def _weigh_words(tokens: Tokens, name: Name) -> None:
    """The name's own words: labels, given names, head nouns."""
    words, scores = tokens.plain, name.scores
    start, end = name.start, name.end
    first, last = words[start], words[end - 1]
    things, first_things = not_actor_heads()
    heads = organisation_heads()
    labels = tokens.ent[start:end]
    label = labels[0] if labels.count(labels[0]) == len(labels) else Counter(labels).most_common(1)[0][0]
    for kind, weight in _LABELS.get(label, ()):
        scores[kind] += weight
    if last in word_set("parties"):
        scores["organisation"] += 3
    if end - start > 1 and _is_initials(tokens.text[start]):
        scores["person"] += 2
    if end - start == 1 and _is_camel_case(tokens.text[start]) and not _published(tokens, start):
        scores["organisation"] += 3
    many = person_nouns().get(last)
    if end - start > 1 and last not in heads and many is not None and many[1] and first not in given_names():
        # "Ocean Guardians", "Human Rights Advocates": people, but more than one
        scores["organisation"] += 3
        scores["person"] -= 3
    if first in given_names():
        scores["person"] += 2 if end - start > 1 else 0.5
    opens = heads.get(first, ("", ""))[0] in ("first", "both")
    if end - start > 1 and not opens:
        opens = any(words[i] in heads and words[i + 1] in ORGANISATION_LINKS for i in range(start, end - 1))
    if opens or (heads.get(last, ("", ""))[0] in ("last", "both") and end - start > 1):
        scores["organisation"] += 5
    if last in things and not (name.title >= 0 or start != name.left):
        scores["thing"] += 6
    if first in first_things and (end - start > 1 or words[min(end, len(words) - 1)] == "of"):
        scores["thing"] += 6
    if not word_set("media").isdisjoint(words[start:end]) and heads.get(last, ("",))[0]:
        # "Jordan News Agency"
        scores["thing"] += 12
    if (media := media_names().longest(words, start)) and media[0] == end:
        scores["thing"] += 8
    if tokens.kind[start] == "headline" and len(set(labels)) > 1:
        # in a heading every word has a capital: only what the model sees as one name is one
        scores["thing"] += 3


def _published(tokens: Tokens, i: int) -> bool:
    """Whether a word is part of the name of whoever published the text."""
    article = tokens.doc._.article
    return article is not None and tokens.text[i] in article.publisher


def _is_initials(text: str) -> bool:
    """Whether a word consists of initials: "S.R."."""
    return len(text) > 1 and text[1::2] == "." * (len(text) // 2) and text[::2].isupper() and len(text) % 2 == 0


def _is_camel_case(text: str) -> bool:
    """Whether a word has a capital inside, as companies write themselves: "BusinessEurope", but not "MacLeod"."""
    if text[1:].islower():
        return False
    inner = next((k for k in range(2, len(text)) if text[k].isupper() and text[k - 1].islower()), 0)
    return inner > 3 and text[:inner].isalpha() and text[:inner].lower() not in word_list("name_particles.txt")


def _weigh_left(tokens: Tokens, name: Name) -> None:
    """What stands before the name: the beginning of a transcript's line, an article, a preposition, a noun."""
    words, scores = tokens.plain, name.scores
    start, before = name.start, name.left - 1
    edge = before - 1 if before >= 0 and tokens.text[before] in QUOTES else before
    opening = edge < 0 or tokens.paragraph[edge] != tokens.paragraph[start] or words[edge].isspace()
    labelled = opening and name.end < len(words) and words[name.end] == ":"
    if labelled and tokens.kind[start] != "headline":
        # a speaker's label in a transcript
        scores["person"] += 4
    elif len(tokens.text[start]) >= 2 and name.end - start == 1 and tokens.text[start].isupper():
        scores["organisation"] += 2
        scores["person"] -= 3
    if before < 0 or tokens.paragraph[before] != tokens.paragraph[start]:
        return
    if any(words[i] in word_set("inner_particles") for i in range(start + 1, name.end - 1)):
        scores["person"] += 3
    if words[before] in word_set("party_kinds") and tokens.text[before][0].islower() and words[before - 1] == "the":
        # "the nationalist Greek Dawn"
        scores["person"] -= 3
        scores["organisation"] += 3
    if words[before] == "the" and name.title < 0:
        scores["person"] -= 3
        scores["organisation"] += 0.5
    if words[before] in word_set("locative") and tokens.pos[before] == "ADP":
        scores["place"] += 3.0 if tokens.ent[start] == "GPE" and words[before] == "in" else 1.5
    if words[before] in word_set("not_actor_before"):
        scores["thing"] += 5
    if words[before] in word_set("organisation_before"):
        scores["organisation"] += 4
    if words[before] == "," and before > 0 and tokens.lemma[before - 1] in word_set("organisation_before"):
        # "the pipeline company, KazTransOil", "two firms, Polar Dredge and"
        scores["organisation"] += 3
    if words[before] in ("called", "named"):
        scores["person"] += 1


_LABELS: dict[str, tuple[tuple[str, float], ...]] = {
    "PERSON": (("person", 2.0),),
    "ORG": (("organisation", 1.2), ("person", 0.3)),
    "GPE": (("place", 1.5),),
    "LOC": (("place", 1.5),),
    "FAC": (("place", 1.0),),
    "NORP": (("organisation", 0.8),),
    "LAW": (("thing", 1.5),),
    "EVENT": (("thing", 1.5),),
    "WORK_OF_ART": (("thing", 1.0),),
    "PRODUCT": (("thing", 0.8),),
    "LANGUAGE": (("thing", 1.5),),
    "DATE": (("thing", 3.0),),
}


def _weigh_pronoun(tokens: Tokens, name: Name) -> None:
    """A single word that "he" or "it" takes up in its sentence: "Trump said he"."""
    if tokens.dep[name.start] != "nsubj":
        return
    for i in range(name.end, min(name.end + 14, len(tokens))):
        if tokens.region[i] != tokens.region[name.start] or tokens.ent[i] in ("PERSON", "ORG"):
            return
        if tokens.sentence[i] != tokens.sentence[name.start]:
            return
        if tokens.tag[i] in ("PRP", "PRP$"):
            if tokens.lower[i] in ("he", "she", "his", "her", "him"):
                name.scores["person"] += 1.5
            elif tokens.lower[i] in ("it", "its"):
                name.scores["organisation"] += 0.8
            return


def _is_organisation(tokens: Tokens, i: int) -> bool:
    """Whether the noun phrase of an apposition speaks of an organisation: "a charity", "a New York rights group"."""
    for k in range(i, min(i + 6, len(tokens))):
        if tokens.text[k] in (",", ".", ";", ")", "—", "–"):
            return False
        if tokens.tag[k] == "NN" and tokens.tag[min(k + 1, len(tokens) - 1)] not in ("NN", "NNS", "POS"):
            return tokens.plain[k] in word_set("organisation_before") or tokens.plain[k] in word_set("organisation")
    return False


def _weigh_right(tokens: Tokens, name: Name, titles: Sequence[Title]) -> None:
    """What stands behind the name: an age, "who", an apposition with a title."""
    words = tokens.plain
    end, size = name.end, len(words)
    k = end
    if words[k] in word_set("organisation_before") and tokens.text[k][0].islower() and tokens.space[k - 1]:
        # "the Ata-Jurt faction"
        name.scores["organisation"] += 2.5
        name.scores["person"] -= 2.0 * (
            words[name.left - 1] == "the" or words[name.left - 1] in word_set("party_kinds")
        )
    if words[k] == "who":
        name.scores["person"] += 1.5
    if words[k] == "which" or words[k : k + 2] == [",", "which"]:
        name.scores["organisation"] += 1.5
        name.scores["person"] -= 3
    if words[k] != "," or k + 1 >= size:
        return
    k += 1
    if tokens.tag[k] == "DT" and _is_organisation(tokens, k + 1):
        # "Danish Refugee Aid, a charity,"
        name.scores["organisation"] += 4
    if tokens.tag[k] == "CD" and k + 1 < size and words[k + 1] in (",", ".", "-"):
        name.scores["person"] += 3
    if words[k] in ("who", "whose", "himself", "herself"):
        name.scores["person"] += 2.5
    while k < size and words[k] in word_set("between_name_and_title"):
        k += 1
    for title in titles:
        if title.left <= k < title.right or title.left == k:
            if not title.head.plural and title.head.kind != "none":
                name.scores["person"] += 3
            break
        if title.left > k:
            break

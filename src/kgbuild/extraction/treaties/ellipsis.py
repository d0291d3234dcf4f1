"""What speaks of a treaty without naming it: "it", and verbs of treaties whose object goes without saying.

"Norway has signed; Iceland has yet to ratify." "Washington left in November." "Peru and Chile are already parties."
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent, coordinated, denoted
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import is_passive
from kgbuild.extraction.treaties.governors import Governor, governors
from kgbuild.extraction.treaties.lexicon import in_class, read_table, single_words

_OBJECTS = frozenset({"dobj", "attr", "ccomp", "xcomp", "acomp", "oprd", "dative"})
_COMPLEMENT = frozenset({"of", "to", "in", "from"})
_LINKS = frozenset({"be", "remain", "become"})
_IT, _OTHER = frozenset({"it"}), frozenset({"one", "another"})


@dataclass(frozen=True, slots=True)
class Elision:
    """A word that is said of a treaty which the clause does not name.

    Attributes:
        governor: the word, and where the treaty would stand.
        who: heads of the phrases that tell who does it.
    """

    governor: Governor
    who: tuple[Token, ...]


def pronouns(doc: Doc) -> Iterator[tuple[Token, list[Governor]]]:
    """Each "it" that denotes no actor, with the words that govern it, where these want a treaty."""
    referents: dict[int, Referent] = doc._.referents
    for i in tokens_of(doc).lower_at.of(_IT):
        if i not in referents or _is_of_its_subject(doc[i]):
            around = list(governors(doc[i]))
            if any(wants_treaty(governor) or may_leave(governor) for governor in around):
                yield doc[i], around


def _is_of_its_subject(token: Token) -> bool:
    """Whether "it" was taken for what does the deed itself, which it cannot be: "Iran walked away from it"."""
    if token.dep_ not in {"dobj", "pobj"}:
        return False
    verb = next((above for above in token.ancestors if above.pos_ in {"VERB", "AUX"}), token)
    own = token.doc._.referents[token.i]
    return any(
        referent is own
        for child in verb.children
        if child.dep_ == "nsubj"
        for referent in denoted(token.doc, child, joint=False)
    )


@dataclass(frozen=True, slots=True)
class Another:
    """ "A new one", "the one signed in 1953", "a successor": another treaty of the kind last spoken of.

    Attributes:
        token: the head of the phrase.
        start: its first token.
        sign: what tells it from the last one: a year or adjectives; empty if nothing does.
        withs: heads of the parties that the phrase names ("the one with Peru", "the French one").
        end: behind its last token.
    """

    token: Token
    start: int
    sign: str
    withs: tuple[Token, ...] = ()
    end: int = 0


def others(doc: Doc) -> Iterator[Another]:
    """The phrases of a document that may stand for another treaty of the kind last spoken of, in text order."""
    tokens = tokens_of(doc)
    for i in tokens.lower_at.of(_OTHER | single_words("successor")):
        token, lower = doc[i], tokens.lower[i]
        special = _with_party(token) if lower == "one" else _on_topic(token) if lower == "another" else None
        if special is not None:
            yield special
            continue
        if lower == "another":
            continue
        start = min((child.i for child in token.children if child.i < i), default=i)
        before = [doc[k] for k in range(start, i)]
        adjectives = [t.text for t in before if t.pos_ == "ADJ"]
        done = [child for child in token.children if child.dep_ == "acl" and child.tag_ == "VBN"]
        years = [t.text for child in done for t in child.subtree if t.like_num and len(t.text) == 4]
        if lower == "one" and token.tag_ in {"NN", "CD"} and ((adjectives and before) or done):
            yield Another(token, start, " ".join(years or adjectives))
        elif lower != "one" and before and before[0].lower_ in {"a", "any", "the"} and not _is_of_somebody(token):
            yield Another(token, start, "")


def _with_party(token: Token) -> Another | None:
    """ "The one with Peru", "one between Peru and Chile", "the French one": told from the last by its parties."""
    start = min((child.i for child in token.children if child.i < token.i), default=token.i)
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else token
    if following.lower_ in {"with", "between"} and following.head.i in {token.i, token.head.i}:
        heads = [each for child in following.children if child.dep_ == "pobj" for each in coordinated(child)]
        if heads:
            end = max(head.i for head in heads) + 1
            sign = token.doc[following.i : end].text
            return Another(token, start, sign, tuple(heads), end)
    peoples = [child for child in token.children if child.i < token.i and child.ent_type_ in {"NORP", "GPE"}]
    if len(peoples) == 1 and token.doc[start].lower_ == "the":
        return Another(token, start, peoples[0].text, tuple(peoples), token.i + 1)
    return None


def _on_topic(token: Token) -> Another | None:
    """ "A memorandum on health and another on disaster response": told from the last by what it is about."""
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else token
    if following.lower_ not in {"on", "for", "with", "between"} or token.dep_ != "conj":
        return None
    heads = [each for child in following.children if child.dep_ == "pobj" for each in coordinated(child)]
    if not heads:
        return None
    end = max(head.i for head in heads) + 1
    withs = tuple(heads) if following.lower_ in {"with", "between"} else ()
    return Another(token, token.i, token.doc[following.i : end].text, withs, end)


def _is_of_somebody(noun: Token) -> bool:
    return any(child.dep_ in {"prep", "poss", "appos"} for child in noun.children)


def may_leave(governor: Governor) -> bool:
    """Whether what stands in this slot of a verb is a treaty if one was spoken of: "abandoned it"."""
    return governor.slot == "object" and in_class(governor.word.lemma_.lower(), "left")


def wants_treaty(governor: Governor) -> bool:
    """Whether what stands in this slot of a verb is a treaty more often than not: "sign it", "it enters into force"."""
    lemma, slot = governor.word.lemma_.lower(), governor.slot
    if slot == "subject":
        return in_class(lemma, "text")
    if slot == "prep":
        return in_class(lemma, "out")
    if slot == "object" and any(
        in_class(noun.lower_, "abeyance") for prep in governor.word.children for noun in prep.children
    ):
        return True  # "put it on ice"
    return slot == "object" and in_class(lemma, "it")


def elisions(doc: Doc, lemmas: list[str]) -> Iterator[Elision]:
    """The words of a document that are said of a treaty left out, in text order.

    Args:
        doc: the document.
        lemmas: of its tokens, in lower case.
    """
    table = _elided()
    for i, lemma in enumerate(lemmas):
        for particle, slot, preposition in table.get(lemma, ()):
            token = doc[i]
            if slot == "of":
                yield from _of_nouns(token, particle)
            elif token.pos_ == "VERB" and not is_passive(token) and _is_bare(token, particle):
                yield Elision(Governor(token, slot, preposition), ())
                break


@cache
def _elided() -> dict[str, list[tuple[str, str, str]]]:
    """Lemma -> particle, slot and preposition of each of its lines in the table."""
    table: dict[str, list[tuple[str, str, str]]] = {}
    for lemma, particle, slot, preposition in read_table("treaty_elided.tsv", 4):
        table.setdefault(lemma, []).append((particle, slot, preposition))
    return table


def _is_bare(verb: Token, particle: str) -> bool:
    """Whether a verb stands without object, and with its particle if it needs one."""
    if verb.tag_ == "VBG" and verb.dep_ not in {"ROOT", "conj", "relcl", "ccomp", "advcl"}:
        return False
    if verb.dep_ == "amod" or (verb.dep_ == "acl" and verb.tag_ != "VB"):
        return False
    has_particle = not particle
    for child in verb.children:
        if child.dep_ in _OBJECTS and child.i > verb.i:
            return False
        if child.dep_ == "dobj" or child.tag_ in {"WDT", "WP"}:
            return False
        if particle and child.dep_ == "nsubj" and in_class(child.lower_, "armed"):
            return False  # "both armies pull back ten miles"
        if child.i > verb.i and child.dep_ in {"prt", "advmod", "prep"} and child.lower_ == particle:
            if any(c.dep_ in {"pobj", "pcomp", "prep"} for c in child.children):
                return False
            has_particle = True
        elif child.i > verb.i and child.dep_ == "prep" and not _tells_when(child):
            return False
    return has_particle


def _tells_when(preposition: Token) -> bool:
    """Whether a phrase behind a verb tells only when, where, or with whom."""
    if any(child.lower_ in {"once", "last", "length"} for child in preposition.children):
        return True
    if preposition.lower_ in {
        "along",
        "together",
        "alongside",
        "after",
        "before",
        "since",
        "until",
        "without",
        "with",
        "by",
        "within",
        "despite",
    }:
        return True
    return preposition.lower_ in {"in", "on", "at"} and any(
        child.ent_type_ in {"DATE", "TIME", "GPE", "CARDINAL", "FAC", "LOC"} or child.like_num
        for child in preposition.children
    )


def _of_nouns(noun: Token, particle: str) -> Iterator[Elision]:
    """ "Kenya remains a member", "suspended its participation": the noun's complement is left out."""
    if any(child.dep_ == "prep" and child.lower_ in _COMPLEMENT and not _tells_when(child) for child in noun.children):
        return
    if particle == "be":
        if noun.dep_ == "attr" and noun.head.lemma_.lower() in _LINKS:
            who = tuple(child for child in noun.head.children if child.dep_ == "nsubj")
            yield Elision(Governor(noun, "of"), who)
        elif noun.dep_ == "appos":  # "Peru and Chile, the other signatories, …"
            yield Elision(Governor(noun, "of"), (noun.head,))
    elif particle == "own":
        who = tuple(child for child in noun.children if child.dep_ == "poss")
        armed = any(in_class(token.lower_, "armed") for token in noun.sent)
        if who and not armed:
            yield Elision(Governor(noun, "of"), who)
    elif noun.dep_ in {"dobj", "nsubjpass"} and any(child.dep_ == "poss" for child in noun.children):
        yield Elision(Governor(noun.head, "object"), ())

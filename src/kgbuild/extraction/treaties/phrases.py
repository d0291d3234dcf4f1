"""Where the phrase around a treaty noun begins and ends, by neighbouring words first and by syntax second."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.lexicon import in_class, kinds_of, singular
from kgbuild.extraction.treaties.model import MentionForm, TreatyMention

_INDEFINITE = frozenset(["a", "an", "any", "some", "one", "each", "every", "another", "such", "what", "whatever"])
_DEMONSTRATIVE = frozenset(["this", "that", "these", "those", "such"])
POSSESSIVE = frozenset(["its", "their", "his", "her", "our", "my", "your"])
_HYPHENS = frozenset("-–‑")
_QUOTES = frozenset("\"“”'‘’")
#: prepositions behind which stands what a treaty is about
TOPICS = frozenset(
    [
        "on",
        "for",
        "of",
        "against",
        "over",
        "to",
        "concerning",
        "covering",
        "governing",
        "banning",
        "regulating",
        "about",
    ]
)
_PARTIES = frozenset({"between", "with", "among", "involving"})
#: what stands before a noun within its phrase
MODIFIERS = frozenset({"ADJ", "NOUN", "PROPN", "NUM"})
_ARGUMENT = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "ROOT", "conj", "attr", "dative", "appos"})
_TOPIC_WORDS = 12


def left_of(doc: Doc, first: int, noun: int) -> tuple[int, int, MentionForm, Token | None]:
    """Where the phrase's own words begin, where it begins with its determiner, how it refers, and its possessor."""
    i = first
    while i > 0:
        token = doc[i - 1]
        lower = token.lower_
        if token.is_space:
            break
        if lower == "such" and i > 1 and in_class(doc[i - 2].lower_, "other"):
            i -= 1  # "the last such deal"
            continue
        if (
            token.pos_ == "DET"
            or lower in POSSESSIVE
            or lower in _INDEFINITE
            or lower in _DEMONSTRATIVE
            or lower == "no"
        ):
            return i, _with_predeterminer(doc, i - 1), _form(doc, i - 1), None
        if token.tag_ == "POS" or lower in {"'s", "’s"}:
            possessor = _possessor(doc, i - 1)
            begin = possessor.left_edge.i if possessor is not None else i - 1
            return i, begin, "definite", possessor
        if lower in {"'", "’"} and i > 1 and doc[i - 2].lower_.endswith("s") and not doc[i - 2].whitespace_:
            possessor = doc[i - 2]
            return i, possessor.left_edge.i, "definite", possessor
        joined = _hyphenated(doc, i)
        if joined:
            i = joined
            continue
        if i < first and i > 1 and doc[i - 1].lower_ == "of" and in_class(doc[i - 2].lower_, "of"):
            i -= 2  # "avoidance of double taxation agreement"
            continue
        of = _of_phrase(doc, i)
        if of:
            i = of
            continue
        if not _belongs(doc, i, noun):
            break
        i -= 1
    return i, i, "bare", None


def _hyphenated(doc: Doc, i: int) -> int:
    """Where "search-and-rescue" begins, if such a word ends before a token; else 0."""
    k = i - 1
    while k > 1 and doc[k - 1].text in _HYPHENS and not doc[k - 1].whitespace_ and not doc[k - 2].whitespace_:
        k -= 2
    return k if i - 1 - k > 3 and doc[k].is_alpha else 0


def _of_phrase(doc: Doc, i: int) -> int:
    """Where "status of forces", "cessation-of-hostilities" begins, if such a phrase ends before a token; else 0."""
    words: list[str] = []
    k = i - 1
    while k >= 0 and i - k <= 6 and len(words) < 3:
        if doc[k].text not in _HYPHENS:
            words.append(doc[k].lower_)
        k -= 1
    if len(words) < 3 or words[1] != "of":
        return 0
    return k + 1 if any(" of " in " ".join(rule.phrase) for rule in kinds_of(reversed(words))) else 0


def _possessor(doc: Doc, mark: int) -> Token | None:
    return doc[mark - 1] if mark > 0 and doc[mark - 1].pos_ in {"NOUN", "PROPN", "PRON"} else None


def _with_predeterminer(doc: Doc, i: int) -> int:
    while (
        i > 0
        and doc[i - 1].lower_ in {"such", "any", "all", "both", "many", "what"}
        and doc[i].lower_ in {"a", "an", "the"}
    ):
        i -= 1
    return i


def _form(doc: Doc, i: int) -> MentionForm:
    lower = doc[i].lower_
    if lower in {"a", "an"} and i > 0 and doc[i - 1].lower_ == "such":
        return "demonstrative"
    if lower in {"no", "neither"}:
        return "none"
    if lower in _DEMONSTRATIVE:
        return "demonstrative"
    if lower in _INDEFINITE:
        return "indefinite"
    return "definite"


def _belongs(doc: Doc, i: int, noun: int) -> bool:
    """Whether the token before ``i`` is a modifier of the treaty noun."""
    token, right = doc[i - 1], doc[i]
    inside = range(i - 1, noun + 1)
    if in_class(token.lower_, "headline"):
        return False  # "air force chief backs agreement"
    if token.pos_ in MODIFIERS or token.tag_ in {"VBN", "VBG"}:
        if token.tag_ in {"VBN", "VBG"} and token.pos_ == "VERB" and token.dep_ not in {"amod", "compound", "nmod"}:
            return False
        if token.ent_type_ in {"DATE", "TIME"} and token.dep_ == "npadvmod":
            return False
        if right.lower_ == "and" and kinds_of([token.lower_]) and i > 1 and doc[i - 2].pos_ == "DET":
            return True
        if token.dep_ in _ARGUMENT and token.head.i not in inside:
            # "violated a fisheries protocol": two nouns behind one determiner are one phrase, whatever the parser says
            return _is_one_phrase(doc, i - 1, noun)
        return True
    if token.i > 0 and not token.whitespace_ and right.text in _HYPHENS and doc[i + 1].i <= noun:
        return True  # within a hyphenated modifier: "a water-for-energy deal"
    if token.text in _HYPHENS:
        return not token.whitespace_ and i > 1 and not doc[i - 2].whitespace_
    if token.text in _QUOTES:
        return i > 1 and doc[i - 2].pos_ in {"DET", "ADJ"} and bool(doc[i - 2].whitespace_)
    if token.pos_ == "ADV":
        return token.head.i in inside and token.head.pos_ in {"ADJ", "VERB"}
    if token.lower_ == "and" and i > 2 and kinds_of([doc[i - 2].lower_]) and doc[i - 3].pos_ == "DET":
        return True
    if token.lower_ in {"and", "or", ","} and i > 1:
        same = right.pos_ == doc[i - 2].pos_ and right.pos_ in {"ADJ", "NOUN"}
        return (
            same
            and (token.head.i in inside or right.head.i == i - 2)
            and doc[i - 2].dep_ in {"amod", "compound", "nmod"}
        )
    return False


def _is_one_phrase(doc: Doc, i: int, noun: int) -> bool:
    """Whether only nouns and adjectives stand between a determiner and the treaty noun, this token among them."""
    if not all(doc[k].pos_ in MODIFIERS and doc[k].whitespace_ for k in range(i, noun)):
        return False
    if i > 2 and doc[i - 1].lower_ == "and" and kinds_of([doc[i - 2].lower_]) and kinds_of([doc[i].lower_]):
        return bool(doc[i - 3].pos_ == "DET")  # "a migration and mobility pact"
    start = i
    while start > 0 and doc[start - 1].pos_ in MODIFIERS and doc[start - 1].whitespace_ and i - start < 3:
        start -= 1
    before = doc[start - 1] if start else None
    if before is not None and (before.pos_ == "DET" or before.lower_ in POSSESSIVE):
        return True
    return i + 1 == noun and i > 0 and doc[i - 1].pos_ in {"ADJ", "NUM"}


def right_of(doc: Doc, mention: TreatyMention, right: int) -> tuple[list[Token], int]:
    """Reads "on …", "between … and …", "to fix …" behind the noun: the topic's words and where they end."""
    last_word = right
    topic: list[Token] = []
    token = doc[mention.noun]
    while right < len(doc):
        following = doc[right]
        lower = following.lower_
        attached = following.head.i == token.i or following.head.i in range(mention.core, right)
        if lower in _PARTIES and (lower != "with" or attached or right > last_word):
            mention.parties += [child for child in following.children if child.dep_ in {"pobj", "pcomp", "dobj"}]
            end = _phrase_end(doc, following, _TOPIC_WORDS * 2)
        elif lower in TOPICS and _is_topic(token, following, attached=attached):
            end = _phrase_end(doc, following, _TOPIC_WORDS)
            if mention.topic_end <= right and end > right + 1:
                mention.topic_end = end
            topic += [t for t in doc[right + 1 : end] if t.is_alpha]
        else:
            break
        if end <= right + 1:
            break
        right = end
    return topic, right


def _is_topic(noun: Token, token: Token, *, attached: bool) -> bool:
    if token.lower_ == "to":
        if noun.dep_ == "dobj" and any(in_class(noun.head.lemma_.lower(), name) for name in ("asking", "wish")):
            return False  # "wanted the treaty to cover tuna" tells what it is to do
        if _is_to_be_concluded(token):
            return False
        return token.i + 1 < len(token.doc) and token.nbor(1).pos_ == "VERB" and token.head.dep_ in {"acl", "relcl"}
    if token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "behalf":
        return False
    if token.lower_ == "on" and any(in_class(t.lower_, "shelf") for t in token.doc[token.i + 1 : token.i + 3]):
        return False  # "put the agreement on the agenda"
    if token.lower_ in {"on", "against"}:
        # "signed a treaty on Monday"
        return token.i + 1 < len(token.doc) and token.nbor(1).ent_type_ not in {"DATE", "TIME"}
    return attached


def _is_to_be_concluded(token: Token) -> bool:
    """ "A treaty to be concluded with Peru": what is yet to become of it, not what it is about."""
    behind = token.doc[token.i + 1 : token.i + 3]
    return len(behind) == 2 and behind[0].lower_ == "be" and behind[1].tag_ == "VBN"


def _phrase_end(doc: Doc, token: Token, most: int) -> int:
    """End of the phrase that a preposition or "to" opens: before a comma, a quotation mark, or a clause."""
    top = token.head if token.dep_ == "aux" else token
    limit = min(top.right_edge.i + 1, token.i + most, len(doc))
    end: int = token.i + 1
    while end < limit:
        current = doc[end]
        if current.is_space or (current.is_punct and current.text not in _HYPHENS):
            break
        if current.lower_ == "for" and end + 1 < len(doc) and in_class(doc[end + 1].lower_, "formality"):
            break  # "opened a convention on reefs for signature"
        if current.dep_ in {"nsubj", "nsubjpass", "mark"} or current.tag_ in {"WDT", "WP", "WRB"}:
            break
        if current.ent_type_ in {"DATE", "TIME"}:
            break
        if current.lower_ in {"with", "between", "among"} and end > token.i + 1:
            ahead = doc[end + 1 : end + 4]
            if any(t.pos_ == "PROPN" or (t.tag_ == "NNS" and in_class(singular(t.lower_), "pair")) for t in ahead):
                break  # "on the return of art with Benin": the parties come behind what it is about
        end += 1
    while end > token.i + 1 and doc[end - 1].pos_ in {"ADP", "SCONJ", "DET", "CCONJ", "PART"}:
        end -= 1
    return end

"""What a treaty is called: one name for the graph, and the other forms the article uses."""

from __future__ import annotations

from spacy.tokens import Doc

from kgbuild.authority.folding import fold
from kgbuild.extraction.treaties.clusters import Cluster
from kgbuild.extraction.treaties.lexicon import in_class, singular
from kgbuild.extraction.treaties.model import TreatyMention, description, surfaces

_LONGEST = 80


def canonical(doc: Doc, cluster: Cluster) -> str:
    """The fullest name, or else the description that says most of what the treaty is about.

    Args:
        doc: the document.
        cluster: mentions of one treaty.
    """
    if cluster.names:
        full = [name for name in cluster.names if " " in name] or cluster.names
        return max(full, key=lambda name: (len(name), -cluster.names.index(name)))
    described = [mention for mention in cluster.mentions if mention.entry is not None and mention.entry.opens != "no"]
    described = described or [mention for mention in cluster.mentions if mention.form != "pronoun"]
    best = max(described, key=lambda mention: (_telling(doc, mention), -mention.start))
    if best.words or best.entry is None:
        return _lower(doc, best, description(doc, best) if best.entry is not None else best.name)
    forms = [form for form in surfaces(doc, best) if len(form) <= _LONGEST]
    if not forms:
        return best.noun_text or doc[best.noun].text
    return _lower(doc, best, forms[1] if best.parties and len(forms) > 1 else forms[0])


def another_name(doc: Doc, cluster: Cluster, word: str, sign: str) -> str:
    """What to call "a new one", or "a successor": by the name or description of the treaty that it is like.

    Args:
        doc: the document.
        cluster: the treaty that it is like.
        word: "one", or "successor".
        sign: a year or adjectives that tell it from that one.
    """
    if word != "one":
        return f"{word} to the {canonical(doc, cluster)}"
    described = [mention for mention in cluster.mentions if mention.entry is not None and mention.form != "name"]
    best = max(described, key=lambda mention: (_telling(doc, mention), -mention.start), default=None)
    words = description(doc, best).split() if best is not None else ["treaty"]
    while len(words) > 1 and (words[0].isdigit() or in_class(words[0].lower(), "passing")):
        words = words[1:]
    return " ".join([sign, *words]).strip()


def beside_name(doc: Doc, cluster: Cluster, sign: str, *, told: bool) -> str:
    """What to call "the one with Peru", "the French one", "another on health".

    Args:
        doc: the document.
        cluster: the treaty that it is like.
        sign: what tells it from that one: "with Peru", "French", "on health".
        told: the sign names a party, and what the treaty is about is the same.
    """
    best = max(
        cluster.mentions, key=lambda mention: (mention.entry is not None, _telling(doc, mention), -mention.start)
    )
    described = best.name if best.form == "name" else description(doc, best)
    words = (described if told else best.noun_text or "treaty").split()
    while len(words) > 1 and (words[0].isdigit() or in_class(words[0].lower(), "passing")):
        words = words[1:]
    what = " ".join(words)
    return f"{what} {sign}" if sign[0].islower() else f"{sign} {what}"


def _telling(doc: Doc, mention: TreatyMention) -> float:
    """How much a description says of what the treaty is about; the words before the noun count most."""
    run = [singular(token.lower_) for token in doc[mention.core : mention.noun]]
    before = sum(word in mention.words for word in run)
    years = 0.5 if mention.years else 0.0
    other = 0.5 if mention.other else 0.0
    headline = 1.0 if mention.headline else 0.0
    return 2.0 * min(before, 4) + min(len(mention.words) - before, 3) + years + other - headline


def _lower(doc: Doc, mention: TreatyMention, name: str) -> str:
    """A description from a heading or a sentence's beginning, without the capital that it has only for its place."""
    first = doc[mention.core]
    if first.text[0].isupper() and first.pos_ != "PROPN" and first.is_sent_start:
        return name[0].lower() + name[1:]
    return name


def other_names(doc: Doc, cluster: Cluster, name: str) -> list[str]:
    """The forms that the article uses besides the canonical one, in text order.

    Args:
        doc: the document.
        cluster: mentions of one treaty.
        name: the canonical name.
    """
    seen = {fold(name)}
    found: list[str] = []
    forms = [*cluster.names, *cluster.aliases]
    for mention in cluster.mentions:
        if mention.entry is None and mention.form == "indefinite":
            forms.append(doc[mention.start : mention.end].text.removeprefix("a ").removeprefix("the "))
        if mention.form == "pronoun" or (
            mention.entry is not None and mention.entry.opens == "no" and not mention.words
        ):
            continue
        forms += [form for form in surfaces(doc, mention) if len(form) <= _LONGEST]
    for form in forms:
        key = fold(form)
        if not key or key in seen:
            continue
        seen.add(key)
        found.append(form)
    return found

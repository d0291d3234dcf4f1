"""The words that the rules of attribution know, read from ``data/lexicon``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild.resources import yaml_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """``cues.yaml``; see there for what each list means. ``frames`` maps the shape of a content to the verbs that it
    suits; ``formula_words`` are those at which a formula may stand."""

    plain_sayings: frozenset[str]
    sayings: frozenset[str]
    thoughts: frozenset[str]
    attitudes: frozenset[str]
    manners: frozenset[str]
    saying_nouns: frozenset[str]
    saying_adjectives: frozenset[str]
    prepositional: Mapping[str, tuple[tuple[str, ...], ...]]
    speaker_line: str
    frames: Mapping[str, frozenset[str]]
    framed: frozenset[str]
    addressing: frozenset[str]
    not_nested: frozenset[str]
    told_elsewhere: frozenset[str]
    untold: Mapping[str, frozenset[str]]
    evaluating: frozenset[str]
    rates: frozenset[str]
    handed: frozenset[str]
    denial_verbs: frozenset[str]
    denial_nouns: frozenset[str]
    rejecting: frozenset[str]
    rejected: frozenset[str]
    relaying: frozenset[str]
    crowds: frozenset[str]
    hardly_anyone: frozenset[str]
    questioners: frozenset[str]
    answerers: frozenset[str]
    press: frozenset[str]
    signs: frozenset[str]
    mute: frozenset[str]
    formula_nouns: frozenset[str]
    formula_frames: frozenset[str]
    formula_known: frozenset[str]
    formula_adjectives: frozenset[str]
    formula_letting: frozenset[str]
    formula_phrases: Mapping[str, frozenset[str]]
    formula_words: frozenset[str]
    conditions: tuple[str, ...]
    framing: frozenset[str]
    telling: frozenset[str]
    putting: frozenset[str]
    subordinating: frozenset[str]
    says_nothing: frozenset[str]
    says_nothing_about: frozenset[str]


def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = yaml_table("lexicon", name)
    return table


@functools.cache
def cue_lexicon() -> CueLexicon:
    """The words of saying and thinking."""
    table = _table("cues.yaml")
    return CueLexicon(
        plain_sayings=frozenset(table["plain_sayings"]),
        sayings=frozenset(table["sayings"]) | frozenset(table["plain_sayings"]),
        thoughts=frozenset(table["thoughts"]),
        attitudes=frozenset(table["attitudes"]),
        manners=frozenset(table["manners"]),
        saying_nouns=frozenset(table["saying_nouns"]),
        saying_adjectives=frozenset(table["saying_adjectives"]),
        prepositional={
            first: tuple(tuple(words) for words in following) for first, following in table["prepositional"].items()
        },
        speaker_line=table["speaker_line"],
        frames={shape: frozenset(verbs) for shape, verbs in table["frames"].items()},
        framed=frozenset(verb for verbs in table["frames"].values() for verb in verbs),
        addressing=frozenset(table["addressing"]),
        not_nested=frozenset(table["not_nested"]),
        told_elsewhere=frozenset(table["told_elsewhere"]),
        evaluating=frozenset(table["evaluating"]),
        untold={verb: frozenset(nouns) for verb, nouns in table["untold"].items()},
        rates=frozenset(str(word) for word in table["rates"]),
        handed=frozenset(table["handed"]),
        denial_verbs=frozenset(table["denials"]["verbs"]),
        denial_nouns=frozenset(table["denials"]["nouns"]),
        rejecting=frozenset(table["denials"]["rejecting"]),
        rejected=frozenset(table["denials"]["rejected"]),
        relaying=frozenset(table["relaying"]),
        crowds=frozenset(table["crowds"]),
        questioners=frozenset(table["questioners"]),
        answerers=frozenset(table["answerers"]),
        press=frozenset(table["press"]),
        hardly_anyone=frozenset(table["hardly_anyone"]),
        signs=frozenset(table["signs"]),
        mute=frozenset(table["mute"]),
        formula_nouns=frozenset(table["formula_nouns"]),
        formula_frames=frozenset(table["formula_frames"]),
        formula_known=frozenset(table["formula_known"]),
        formula_adjectives=frozenset(table["formula_adjectives"]),
        formula_letting=frozenset(table["formula_letting"]),
        formula_phrases={noun: frozenset(verbs) for noun, verbs in table["formula_phrases"].items()},
        formula_words=frozenset(table["formula_phrases"]).union(
            *(table[f"formula_{kind}"] for kind in ("nouns", "known", "adjectives"))
        ),
        conditions=tuple(table["conditions"]),
        framing=frozenset(table["framing"]),
        telling=frozenset(table["telling"]),
        putting=frozenset(table["putting"]),
        subordinating=frozenset(table["subordinating"]),
        says_nothing=frozenset(table["says_nothing"]),
        says_nothing_about=frozenset(table["says_nothing_about"]),
    )


@functools.cache
def refusal_lexicon() -> dict[str, Any]:
    """The rules of ``refusals.yaml``, their lists of words as sets."""
    table = _table("refusals.yaml")
    rules = [{name: _as_set(value) for name, value in rule.items()} for rule in table["rules"]]
    return {**{name: _as_set(value) for name, value in table.items()}, "rules": rules}


def _as_set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) and all(isinstance(word, str) for word in value) else value

"""Observations as bytes and back, so that they can be kept on the disk and sent between processes."""

from __future__ import annotations

import json
from typing import Any

from kgbuild.facts import ActorType, Article, ArticleFacts
from kgbuild.facts_codec import decode, encode
from kgbuild.identity.observations import ArticleObservations, Observation


def encode_observations(seen: ArticleObservations) -> bytes:
    """What one article tells as bytes; the same always gives the same bytes."""
    actors = [[one.key, one.path, one.target, *_content(one)] for one in seen.actors]
    head = [seen.path, seen.fingerprint, seen.day, actors, seen.local]
    facts = ArticleFacts(Article(""), treaties=seen.treaties, events=seen.events)
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + encode(facts)


def decode_observations(data: bytes) -> ArticleObservations:
    """What :func:`encode_observations` wrote."""
    head, _, rest = data.partition(b"\n")
    path, fingerprint, day, actors, local = json.loads(head)
    facts = decode(rest)
    made = tuple(_observation(path, key, own, tuple(target), content) for key, own, target, *content in actors)
    return ArticleObservations(path, fingerprint, day, made, facts.treaties, facts.events, local)


def content_text(one: Observation) -> str:
    """What an observation tells beside its place, as ASCII text; many observations have the same."""
    return json.dumps(_content(one), separators=(",", ":"))


def observation(article: str, key: str, path: str, target: tuple[str, ...], text: str) -> Observation:
    """The observation of which :func:`content_text` gave the text."""
    return _observation(article, key, path, target, json.loads(text))


def _content(one: Observation) -> list[Any]:
    traits = [one.initials, one.gender, one.generation]
    return [one.name, one.names, one.type.value, sorted(one.states), sorted(one.certain), sorted(one.posts), *traits]


def _observation(article: str, key: str, path: str, target: tuple[str, ...], content: list[Any]) -> Observation:
    name, names, kind, states, certain, posts, initials, gender, generation = content
    return Observation(
        article,
        key,
        path,
        target,
        name,
        tuple(names),
        ActorType(kind),
        frozenset(states),
        frozenset(certain),
        frozenset(posts),
        initials,
        gender,
        generation,
    )

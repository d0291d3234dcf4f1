"""Which names are the same actor, treaty or event, in one article and across a corpus; and the IRIs of everything.

>>> from kgbuild.facts import Actor, ActorType, Article, ArticleFacts
>>> from kgbuild.authority import Authority
>>> facts = ArticleFacts(Article("Kyiv agreed."), (Actor("a1", "Kyiv", ActorType.STATE, ()),))
>>> identities = identify([facts], Authority.load())
>>> identities.iri(identities.article_iri(facts.article), "a1")
'https://w3id.org/kgbuild/id/state/ukraine'
"""

from __future__ import annotations

from kgbuild.identity.entities import Entity, Identities, Join, list_joins
from kgbuild.identity.judgements import Judgement, Judgements, merge, split
from kgbuild.identity.resolution import identify

__all__ = ["Entity", "Identities", "Join", "Judgement", "Judgements", "identify", "list_joins", "merge", "split"]

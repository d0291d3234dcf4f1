"""Serves a built graph: a SPARQL endpoint, and pages to look at it without SPARQL.

Queries run in worker processes (:mod:`kgbuild.serve.worker`) that have no network and bounded memory, and that are
ended at the limit of time (:mod:`kgbuild.serve.pool`), because a query that runs cannot be interrupted otherwise.
"""

from __future__ import annotations

from kgbuild.serve.settings import ServeSettings

__all__ = ["ServeSettings"]

"""Knowledge of states, international organisations, government bodies and treaties, and of the names they go by.

The built-in tables stand in ``data/authority``; a user's own files (CSV or SKOS Turtle) add to them or override them.

>>> authority = Authority.load()
>>> [entry.name for entry in authority.named("the Kremlin's")]
['Kremlin']
"""

from __future__ import annotations

from kgbuild.authority.entries import Ambiguity, Entry, Form, FormKind, Sort
from kgbuild.authority.folding import fold, slug
from kgbuild.authority.index import Authority

__all__ = ["Ambiguity", "Authority", "Entry", "Form", "FormKind", "Sort", "fold", "slug"]

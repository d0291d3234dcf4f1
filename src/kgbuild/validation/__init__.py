"""Holds graphs to the shapes in ``shapes/``: SHACL, judged by pySHACL, article by article.

What is validated is what was asserted: nothing is inferred first, because an inference can make a wrong graph look
right. Shapes look at one article with what the identity graph says of the entities in it (:func:`article_scopes` cuts a
dataset up so); reports of many articles are put together by :meth:`ValidationReport.merge`.
"""

from __future__ import annotations

from kgbuild.validation.engine import validate
from kgbuild.validation.report import FailOn, Severity, ValidationReport, ValidationResult
from kgbuild.validation.scope import Scope, article_scopes
from kgbuild.validation.shapes import Shapes, load_shapes

__all__ = [
    "FailOn",
    "Scope",
    "Severity",
    "Shapes",
    "ValidationReport",
    "ValidationResult",
    "article_scopes",
    "load_shapes",
    "validate",
]

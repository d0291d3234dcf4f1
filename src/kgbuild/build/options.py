"""What a user may choose about a build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from kgbuild.articles import ReadingLimits
from kgbuild.articles.records import FIELDS
from kgbuild.errors import KgbuildError
from kgbuild.extraction.user_tables import table_files

FailOn = Literal["warning", "violation", "never"]
MergedTurtle = Literal["auto", "always", "never"]
Layout = Literal["auto", "single", "sharded"]

#: base IRI of the resources, unless the user sets one; the same as in kgbuild.graph.vocabulary, which is slow to import
DEFAULT_BASE = "https://w3id.org/kgbuild/id/"


_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\\x00-\x20#]*/")


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The choices that a graph depends on.

    Attributes:
        base: base IRI of the resources; ends in ``/``.
        authority_files: the user's own knowledge of actors and treaties, CSV or SKOS Turtle.
        lexicons: folders of the user's own tables of words.
        judgements: the user's decisions about who is the same, YAML or CSV.
        model: name or path of a spaCy pipeline; None for the default.
        fail_on: which results of validation set an article aside: violations, warnings as well, or none.
        min_confidence: facts of less confidence are left out, from 0 to 1.
        limits: what one input may cost.
        columns: for a field of an article the only column or key that it is read from.
        layout: whether the graph is written as single files in every format, or as shards of N-Quads; ``auto``: as
            single files if it is not too large.
        merged_turtle: whether the merged view is also written as Turtle; ``auto``: if it is not too large to be read.
    """

    base: str = DEFAULT_BASE
    authority_files: tuple[Path, ...] = ()
    lexicons: tuple[Path, ...] = ()
    judgements: Path | None = None
    model: str | None = None
    fail_on: FailOn = "violation"
    min_confidence: float = 0.0
    limits: ReadingLimits = field(default_factory=ReadingLimits)
    columns: Mapping[str, str] = field(default_factory=dict)
    layout: Layout = "auto"
    merged_turtle: MergedTurtle = "auto"

    def __post_init__(self) -> None:
        # a "#" would stand twice in the IRIs of evidence, which point into an article by a fragment
        if not _BASE.fullmatch(self.base):
            raise KgbuildError(f"--base {self.base}: a base IRI is absolute, has no spaces, and ends in /")
        if self.fail_on not in get_args(FailOn):
            raise KgbuildError(f"--fail-on {self.fail_on}: choose one of {', '.join(get_args(FailOn))}")
        if self.layout not in get_args(Layout):
            raise KgbuildError(f"--layout {self.layout}: choose one of {', '.join(get_args(Layout))}")
        if self.merged_turtle not in get_args(MergedTurtle):
            raise KgbuildError(
                f"--merged-turtle {self.merged_turtle}: choose one of {', '.join(get_args(MergedTurtle))}"
            )
        if not 0 <= self.min_confidence <= 1:
            raise KgbuildError(f"--min-confidence {self.min_confidence}: give a number from 0 to 1")
        for name in self.columns:
            if name not in FIELDS:
                raise KgbuildError(f"--column {name}={self.columns[name]}: the fields are {', '.join(FIELDS)}")
        for path in self.authority_files:
            if not path.is_file():
                raise KgbuildError(f"--authority {path}: there is no such file")
        table_files(self.lexicons)
        if self.judgements is not None and not self.judgements.is_file():
            raise KgbuildError(f"--judgements {self.judgements}: there is no such file")

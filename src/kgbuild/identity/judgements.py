"""What a user has decided about who is the same: a file that people edit, share and keep under version control."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from kgbuild.errors import KgbuildError

_COLUMNS = ("decision", "left", "right", "why")
_HEAD = """\
# Who is the same, and who is not, as people have decided; read by kgbuild before its own rules.
# left and right are names as `kgbuild identity list` prints them.
"""


@dataclass(frozen=True, slots=True, order=True)
class Judgement:
    """One decision.

    Attributes:
        decision: ``"merge"``: both are one; ``"split"``: they are two.
        left, right: what is judged: a path ("person/ron-dermer") or an IRI of an entity, or for one article's mention
            the path or IRI that it has below the article ("article/…/actor/dermer").
        why: a note for people.
    """

    decision: Literal["merge", "split"]
    left: str
    right: str
    why: str = ""

    @property
    def pair(self) -> frozenset[str]:
        """What is judged, in no order."""
        return frozenset((self.left, self.right))


@dataclass(frozen=True, slots=True)
class Judgements:
    """Decisions, the later ones weighing more than earlier ones on the same pair."""

    decisions: tuple[Judgement, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Judgements:
        """Reads a file of judgements.

        Args:
            path: YAML (``.yaml``, ``.yml``), a list of ``{merge: [left, right], why: …}`` and ``{split: [left,
                right]}``; or CSV (``.csv``) with the columns ``decision,left,right,why``.

        Raises:
            KgbuildError: it cannot be read; the message names the file, and the line or the entry.
        """
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise KgbuildError(f"{path}: cannot be read as a file of judgements ({error})") from error
        if path.suffix.casefold() == ".csv":
            return cls(tuple(_from_csv(path, text)))
        if path.suffix.casefold() in (".yaml", ".yml"):
            return cls(tuple(_from_yaml(path, text)))
        raise KgbuildError(f"{path}: a file of judgements is YAML (.yaml) or CSV (.csv)")

    def save(self, path: Path) -> None:
        """Writes the decisions in their order, in the format that the file's suffix names.

        Raises:
            KgbuildError: the suffix names no format, or the file cannot be written.
        """
        if path.suffix.casefold() == ".csv":
            stream = io.StringIO()
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows((one.decision, one.left, one.right, one.why) for one in self.decisions)
            text = stream.getvalue()
        elif path.suffix.casefold() in (".yaml", ".yml"):
            import yaml

            rows = [
                {one.decision: [one.left, one.right]} | ({"why": one.why} if one.why else {}) for one in self.decisions
            ]
            text = _HEAD + (yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=1000) if rows else "[]\n")
        else:
            raise KgbuildError(f"{path}: a file of judgements is YAML (.yaml) or CSV (.csv)")
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise KgbuildError(f"{path}: cannot be written ({error})") from error

    def latest(self) -> list[Judgement]:
        """The last decision on each pair; splits first, since a merge may only join what is to be one."""
        last = {one.pair: one for one in self.decisions}
        return sorted(last.values(), key=lambda one: (one.decision == "merge", one))

    def decided(self, judgement: Judgement) -> Judgements:
        """These decisions and one more, which takes the place of an earlier one on the same pair."""
        return Judgements((*(one for one in self.decisions if one.pair != judgement.pair), judgement))


def record(path: Path, decision: Literal["merge", "split"], left: str, right: str, why: str = "") -> Judgements:
    """Writes one decision into a file of judgements, which is made if there is none.

    Args:
        path: the file; YAML or CSV.
        decision: ``"merge"`` or ``"split"``.
        left, right: what is judged, see :class:`Judgement`.
        why: a note for people.

    Returns:
        All decisions of the file.

    Raises:
        KgbuildError: left and right are the same, or the file cannot be read or written.
    """
    judgement = _judgement(decision, left, right, why)
    judgements = Judgements.load(path) if path.exists() else Judgements()
    judgements = judgements.decided(judgement)
    judgements.save(path)
    return judgements


def merge(path: Path, left: str, right: str, why: str = "") -> Judgements:
    """Writes into a file of judgements that two names are one; see :func:`record`."""
    return record(path, "merge", left, right, why)


def split(path: Path, left: str, right: str, why: str = "") -> Judgements:
    """Writes into a file of judgements that two names are two; see :func:`record`."""
    return record(path, "split", left, right, why)


def _judgement(decision: Any, left: Any, right: Any, why: Any = "") -> Judgement:
    """Checks a decision; KgbuildError tells what is wrong, without a place."""
    if decision not in ("merge", "split"):
        raise KgbuildError(f"unknown decision {decision!r}; write merge or split")
    for value in (left, right):
        if not isinstance(value, str) or not value.strip():
            raise KgbuildError(f"a {decision} needs two names, left and right")
    if left.strip() == right.strip():
        raise KgbuildError(
            f"{left!r} cannot be judged against itself; for one of several people of that name give the name "
            "that it has below its article"
        )
    return Judgement(cast('Literal["merge", "split"]', decision), left.strip(), right.strip(), str(why or "").strip())


def _from_csv(path: Path, text: str) -> Iterable[Judgement]:
    reader = csv.reader(io.StringIO(text))
    header: list[str] | None = None
    for cells in reader:
        if not any(cells) or cells[0].startswith("#"):
            continue
        if header is None:
            header = [cell.strip().casefold() for cell in cells]
            if not {"decision", "left", "right"} <= set(header) <= set(_COLUMNS):
                raise KgbuildError(f"{path}:{reader.line_num}: the first row must be {','.join(_COLUMNS)}")
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        try:
            yield _judgement(row.get("decision"), row.get("left"), row.get("right"), row.get("why"))
        except KgbuildError as error:
            raise KgbuildError(f"{path}:{reader.line_num}: {error}") from error


def _from_yaml(path: Path, text: str) -> Iterable[Judgement]:
    import yaml

    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise KgbuildError(f"{path}: is no valid YAML ({' '.join(str(error).split())})") from error
    if rows is None:
        return
    if not isinstance(rows, list):
        raise KgbuildError(f"{path}: must be a list of '- merge: [left, right]' and '- split: [left, right]'")
    for number, row in enumerate(rows, 1):
        decisions = [key for key in ("merge", "split") if isinstance(row, dict) and key in row]
        if len(decisions) != 1 or not isinstance(row[decisions[0]], list) or len(row[decisions[0]]) != 2:
            raise KgbuildError(f"{path}: entry {number}: write '- merge: [left, right]' or '- split: [left, right]'")
        try:
            left, right = row[decisions[0]]
            yield _judgement(decisions[0], left, right, row.get("why"))
        except KgbuildError as error:
            raise KgbuildError(f"{path}: entry {number}: {error}") from error

"""The commands with which each store loads files by itself, which is faster than over HTTP where it is empty."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.loading.stores import STORES
from kgbuild.store import graph_files


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """How a store loads files by itself.

    Attributes:
        kind, title: of the store.
        note: what is to be known or done before.
        command: lines for a shell; words in capitals are to be replaced.
    """

    kind: str
    title: str
    note: str
    command: str


def bulk_commands(output: Path | str, kind: str | None = None) -> list[BulkCommand]:
    """The bulk-load commands for the files of a build.

    Args:
        output: the folder that ``kgbuild build`` wrote, or a file of N-Quads or TriG.
        kind: one of the stores of :data:`~kgbuild.loading.stores.STORES`; None for all that have such a command.

    Raises:
        KgbuildError: there is no graph, no such store, or it has no such command.

    Examples:
        >>> bulk_commands("output/", "oxigraph")[0].title
        'Oxigraph'
    """
    files = [path.resolve() for path in graph_files(Path(output))]
    if kind is not None and kind not in STORES:
        raise KgbuildError(f"--type {kind}: choose one of {', '.join(_COMMANDS)}")
    if kind is not None and kind not in _COMMANDS:
        raise KgbuildError(f"{STORES[kind].title} has no command of its own that loads files; use --to")
    found = []
    for name in [kind] if kind else list(_COMMANDS):
        note, command = _COMMANDS[name]
        found.append(BulkCommand(name, STORES[name].title, note, command(files)))
    return found


def _listed(files: Sequence[Path]) -> str:
    return " ".join(shlex.quote(str(path)) for path in files)


def _virtuoso(files: Sequence[Path]) -> str:
    def text(value: object) -> str:
        return "'" + str(value).replace("'", "''") + "'"

    # the loader leaves out what it has loaded once, so its list is cleared first; quads bring their graphs along
    calls = [f"DELETE FROM DB.DBA.load_list WHERE ll_file = {text(path)};" for path in files]
    calls += [f"ld_dir({text(path.parent)}, {text(path.name)}, 'urn:x-kgbuild:unused');" for path in files]
    calls += ["rdf_loader_run();", "checkpoint;"]
    return "isql 1111 dba PASSWORD <<'END'\n" + "\n".join(calls) + "\nEND"


_COMMANDS: dict[str, tuple[str, Callable[[Sequence[Path]], str]]] = {
    "fuseki": (
        "Into a TDB2 database that no server has open.",
        lambda files: f"tdb2.tdbloader --loc=DATABASE {_listed(files)}",
    ),
    "graphdb": (
        "Into an existing repository, with the server stopped; --force replaces what is in it.",
        lambda files: f"importrdf preload --force -i REPOSITORY {_listed(files)}",
    ),
    "virtuoso": (
        "The server must be allowed to read the folder: DirsAllowed in virtuoso.ini. Debian calls isql isql-vt.",
        _virtuoso,
    ),
    "oxigraph": (
        "Into a database that no server has open.",
        lambda files: f"oxigraph load --location DATABASE {' '.join(f'--file {shlex.quote(str(f))}' for f in files)}",
    ),
    "qlever": (
        "Builds an index, which the server is then started with. Newer versions call the program qlever-index.",
        lambda files: f"cat {_listed(files)} | IndexBuilderMain -i INDEX -F nq -f -",
    ),
    "blazegraph": (
        "Into a journal that no server has open, with the properties of a namespace in quads mode.",
        lambda files: (
            "java -cp blazegraph.jar com.bigdata.rdf.store.DataLoader -namespace NAME RWStore.properties "
            f"{_listed(files)}"
        ),
    ),
    "rdf4j": (
        "Streams the files to the running server, each in one transaction.",
        lambda files: "\n".join(
            "curl --fail -X POST -H 'Content-Type: application/n-quads' "
            f"-T {shlex.quote(str(path))} http://localhost:8080/rdf4j-server/repositories/NAME/statements"
            for path in files
        ),
    ),
    "stardog": (
        "Into an existing database; stardog-admin db create -n DATABASE with the files makes a new one faster.",
        lambda files: f"stardog data add DATABASE {_listed(files)}",
    ),
}

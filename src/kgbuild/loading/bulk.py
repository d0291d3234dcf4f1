"""The commands with which each store loads files by itself, which is faster than over HTTP where it is empty."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.graph_files import GRAPH_FOLDER, INFERRED_FOLDER, GraphFiles, graph_files
from kgbuild.loading.stores import STORES

#: files that a command names one by one
_NAMED_AT_MOST = 10


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
    files = _named(graph_files(Path(output)))
    if kind is not None and kind not in STORES:
        raise KgbuildError(f"--type {kind}: choose one of {', '.join(_COMMANDS)}")
    if kind is not None and kind not in _COMMANDS:
        raise KgbuildError(f"{STORES[kind].title} has no command of its own that loads files; use --to")
    found = []
    for name in [kind] if kind else list(_COMMANDS):
        note, command = _COMMANDS[name]
        found.append(BulkCommand(name, STORES[name].title, note, command(files)))
    return found


@dataclass(frozen=True, slots=True)
class _Files:
    """Files as a shell finds them: one, or all of a folder with an ending.

    Attributes:
        folder: an absolute path.
        name: of the file; or ``*`` and the ending.
    """

    folder: Path
    name: str

    def __str__(self) -> str:
        if self.name.startswith("*"):
            return f"{shlex.quote(str(self.folder))}/{self.name}"
        return shlex.quote(str(self.folder / self.name))

    @property
    def compressed(self) -> bool:
        """Whether they are compressed."""
        return self.name.endswith(".gz")


def _named(files: GraphFiles) -> list[_Files]:
    """The files of a graph; shards by their folders, since a command with all their names is too long to be used."""
    found: list[_Files] = []
    for paths in files:
        if paths and paths[0].parent.name in (GRAPH_FOLDER, INFERRED_FOLDER) and len(files.all) > _NAMED_AT_MOST:
            found.append(_Files(paths[0].parent.resolve(), f"*{''.join(paths[0].suffixes[-2:])}"))
        else:
            found += [_Files(path.parent.resolve(), path.name) for path in map(Path.resolve, paths)]
    return found


def _rdf4j(one: _Files) -> str:
    send = (
        "curl --fail -X POST -H 'Content-Type: application/n-quads' "
        f"{'-H ' + shlex.quote('Content-Encoding: gzip') + ' ' if one.compressed else ''}"
        "-T {} http://localhost:8080/rdf4j-server/repositories/NAME/statements"
    )
    if one.name.startswith("*"):
        return f"for file in {one}; do {send.format(chr(34) + '$file' + chr(34))} || break; done"
    return send.format(one)


def _listed(files: Sequence[_Files]) -> str:
    return " ".join(map(str, files))


def _virtuoso(files: Sequence[_Files]) -> str:
    def text(value: object) -> str:
        return "'" + str(value).replace("'", "''") + "'"

    # the loader leaves out what it has loaded once, so its list is cleared first; quads bring their graphs along
    calls = [
        f"DELETE FROM DB.DBA.load_list WHERE ll_file LIKE {text(f'{one.folder}/%')};"
        if one.name.startswith("*")
        else f"DELETE FROM DB.DBA.load_list WHERE ll_file = {text(one.folder / one.name)};"
        for one in files
    ]
    calls += [f"ld_dir({text(one.folder)}, {text(one.name)}, 'urn:x-kgbuild:unused');" for one in files]
    calls += ["rdf_loader_run();", "checkpoint;"]
    return "isql 1111 dba PASSWORD <<'END'\n" + "\n".join(calls) + "\nEND"


_COMMANDS: dict[str, tuple[str, Callable[[Sequence[_Files]], str]]] = {
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
        lambda files: f"oxigraph load --location DATABASE {' '.join(f'--file {one}' for one in files)}",
    ),
    "qlever": (
        "Builds an index, which the server is then started with. Newer versions call the program qlever-index.",
        lambda files: (
            f"{'zcat' if files[0].compressed else 'cat'} {_listed(files)} | IndexBuilderMain -i INDEX -F nq -f -"
        ),
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
        lambda files: "\n".join(map(_rdf4j, files)),
    ),
    "stardog": (
        "Into an existing database; stardog-admin db create -n DATABASE with the files makes a new one faster.",
        lambda files: f"stardog data add DATABASE {_listed(files)}",
    ),
}

"""Puts the files of a graph together, from parts of which most may be the same as in the files before."""

from __future__ import annotations

import json
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from kgbuild.build import manifest as manifests
from kgbuild.build.assembled import Assembled
from kgbuild.build.entities import ENTITIES_FILE
from kgbuild.build.folder import MANIFEST, replaced
from kgbuild.build.manifest import ARTICLES_FILE
from kgbuild.build.options import BuildOptions
from kgbuild.build.parts import PartFile
from kgbuild.build.pool import cores
from kgbuild.graph_files import GRAPH_FILE, INFERRED_FILE

MERGED_FILE = "graph.ttl"

#: the files that hold the graph, in every format
GRAPH_FILES = ("graph.jsonld", GRAPH_FILE, "graph.trig", MERGED_FILE)

#: quads up to which the merged view is written unless the user says otherwise: some 70 MB, about what editors open
MERGED_AT_MOST = 1_000_000


def merged_left_out(options: BuildOptions, quads: int) -> str:
    """Why the merged view is not written; empty if it is.

    Args:
        options: of the build.
        quads: in the graphs of the articles.
    """
    if options.merged_turtle == "never":
        return "--merged-turtle never"
    if options.merged_turtle == "auto" and quads > MERGED_AT_MOST:
        return f"more than {MERGED_AT_MOST:,} quads; --merged-turtle always writes it"
    return ""


def write_output(
    output: Path, graph: Assembled, options: BuildOptions, known: bool, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Replaces the files of the output folder.

    Args:
        output: the folder.
        graph: to be written.
        options: of the build.
        known: whether the files of the folder are those that the parts of the graph were written to last.
        manifest: without what is to be said of the files.

    Returns:
        All of the manifest, with the sizes and hashes of the files.
    """
    from kgbuild.build.reports import report_of

    left_out = merged_left_out(options, graph.tallies.quads)
    graph.merge(not left_out)
    names = [name for name in (*GRAPH_FILES, ENTITIES_FILE) if name != MERGED_FILE or not left_out]
    with replaced(output) as new:
        hashes = write_graph(new, graph, names, output if known else None)
        report = report_of(graph.tallies.report())
        texts = {"validation.ttl": report.to_turtle(options.base), "validation.txt": report.to_text()}
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        made = {
            **manifest,
            "left_out": {MERGED_FILE: left_out} if left_out else {},
            "files": manifests.files_entry(new, hashes),
        }
        (new / MANIFEST).write_text(manifests.manifest_text(made), encoding="utf-8", newline="\n")
    return made


def write_graph(folder: Path, graph: Assembled, names: list[str], old: Path | None) -> dict[str, str]:
    """Writes the graph and what follows from it.

    Args:
        folder: an existing one.
        graph: to be written.
        names: of the files that are wanted besides what follows and the list of articles.
        old: the folder with the files that the parts were written to last, if they are still there.

    Returns:
        The SHA-256 of each file, in hexadecimal digits.
    """
    wanted = [*names, INFERRED_FILE, ARTICLES_FILE]
    if old is None or not all((old / name).is_file() for name in wanted):
        old = None
        graph.parts.change_all()
    with ThreadPoolExecutor(min(len(wanted), cores())) as threads, ExitStack() as stack:
        files = {
            name: PartFile(folder / name, old / name if old is not None else None, stack, threads) for name in wanted
        }
        _Writing(graph, files, threads).write()
        return {name: file.finish() for name, file in files.items()}


class _Writing:
    """Writes parts to files."""

    def __init__(self, graph: Assembled, files: dict[str, PartFile], threads: Executor) -> None:
        self._graph = graph
        self._parts = graph.parts
        self._files = files
        self._threads = threads

    def write(self) -> None:
        """Writes all files."""
        from kgbuild.graph.texts import file_heads, graph_frames
        from kgbuild.graph.vocabulary import IDENTITY_GRAPH

        graph, parts = self._graph, self._parts
        quads, trig, jsonld = (self._files.get(name) for name in (GRAPH_FILE, "graph.trig", "graph.jsonld"))
        turtle, entities = self._files.get(MERGED_FILE), self._files.get(ENTITIES_FILE)
        inferred, articles = self._files[INFERRED_FILE], self._files[ARTICLES_FILE]
        for file, head in zip((trig, jsonld, turtle), file_heads(graph.base), strict=True):
            _text(file, head)
        # what stands between the parts depends on whether there are any
        old, new = (
            {kind: found(kind) for kind in ("article", "entity", "join")} for found in (parts.any_old, parts.any_new)
        )
        _text(jsonld, "\n" if any(new.values()) else "", "\n" if any(old.values()) else "")
        parts.write(
            "article",
            (quads, trig, jsonld, inferred, articles, turtle),
            (b"", b"", b",\n", b"", b"", b""),
            partial(graph.article_texts, threads=self._threads),
        )
        (trig_head, trig_end), (jsonld_head, jsonld_end) = graph_frames(graph.base, IDENTITY_GRAPH)
        both = [there["article"] and there["entity"] for there in (new, old)]
        _text(jsonld, ",\n" * both[0], ",\n" * both[1])
        there = (new["entity"], old["entity"])
        self._if(trig, trig_head, *there)
        self._if(jsonld, jsonld_head, *there)
        _text(entities, f'{{\n"base": {json.dumps(graph.base)},\n"entities": [')
        self._if(entities, "\n", *there)
        parts.write("entity", (quads, trig, jsonld, entities), (b"", b"\n", b",\n", b",\n"), graph.entity_texts)
        self._if(trig, trig_end, *there)
        self._if(jsonld, jsonld_end, *there)
        self._if(entities, "\n", *there)
        _text(jsonld, "\n]\n}\n")
        _text(entities, '],\n"joins": [')
        there = (new["join"], old["join"])
        self._if(entities, "\n", *there)
        parts.write("join", (entities,), (b",\n",), graph.join_texts)
        self._if(entities, "\n", *there)
        _text(entities, "]\n}\n")
        parts.write("line", (inferred,), (b"",), graph.line_texts)
        if turtle is not None:
            parts.write("subject", (turtle,), (b"",), graph.subject_turtle)

    def _if(self, file: PartFile | None, text: str, new: bool, old: bool) -> None:
        _text(file, text * new, text * old)


def _text(file: PartFile | None, new: str, old: str | None = None) -> None:
    if file is not None:
        file.text(new, old)

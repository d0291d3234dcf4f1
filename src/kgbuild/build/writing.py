"""Puts the files of a graph together, from parts of which most may be the same as in the files before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from kgbuild.beside import cores
from kgbuild.build import manifest as manifests
from kgbuild.build.assembled import Assembled
from kgbuild.build.entities import ENTITIES_FILE
from kgbuild.build.folder import MANIFEST, replaced
from kgbuild.build.manifest import ARTICLES_FILE
from kgbuild.build.options import BuildOptions
from kgbuild.build.parts import PartFile
from kgbuild.build.shards import IDENTITY_SHARD, OldFiles, ShardWriter, Written
from kgbuild.graph_files import GRAPH_FILE, GRAPH_FOLDER, INFERRED_FILE, INFERRED_FOLDER

MERGED_FILE = "graph.ttl"

#: the files that hold the graph, in every format
GRAPH_FILES = ("graph.jsonld", GRAPH_FILE, "graph.trig", MERGED_FILE)

#: quads up to which the merged view is written, and all is in single files, unless the user says otherwise: some 70 MB
#: of Turtle, about what editors open
MERGED_AT_MOST = 1_000_000


def is_sharded(options: BuildOptions, quads: int) -> bool:
    """Whether the graph is written as shards.

    Args:
        options: of the build.
        quads: in the graphs of the articles.
    """
    return options.layout == "sharded" or (options.layout == "auto" and quads > MERGED_AT_MOST)


def left_out(options: BuildOptions, quads: int) -> dict[str, str]:
    """The files that are not written, and why.

    Args:
        options: of the build.
        quads: in the graphs of the articles.
    """
    found = {}
    if is_sharded(options, quads):
        why = "--layout sharded" if options.layout == "sharded" else f"more than {MERGED_AT_MOST:,} quads"
        for name in ("graph.jsonld", "graph.trig"):
            found[name] = f"{why}; --layout single writes it"
        for name, folder in ((GRAPH_FILE, GRAPH_FOLDER), (INFERRED_FILE, INFERRED_FOLDER)):
            found[name] = f"{why}, so it is in shards, {folder}/*.nq; --layout single writes one file"
    if options.merged_turtle == "never":
        found[MERGED_FILE] = "--merged-turtle never"
    elif options.merged_turtle == "auto" and quads > MERGED_AT_MOST:
        found[MERGED_FILE] = f"more than {MERGED_AT_MOST:,} quads; --merged-turtle always writes it"
    return dict(sorted(found.items()))


def prepare_writing() -> None:
    """Imports what writing needs, and nothing else does."""
    import kgbuild.graph.texts
    import kgbuild.validation  # noqa: F401


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

    omitted = left_out(options, graph.tallies.quads)
    graph.merge(MERGED_FILE not in omitted)
    names = [name for name in (*GRAPH_FILES, INFERRED_FILE, ENTITIES_FILE) if name not in omitted]
    if GRAPH_FILE in omitted:
        names.append(IDENTITY_SHARD)
    old = OldFiles(output, manifests.read_manifest(output)["files"]) if known else None
    with replaced(output) as new:
        written = write_graph(new, graph, names, old)
        report = report_of(graph.tallies.report())
        texts = {"validation.ttl": report.to_turtle(options.base), "validation.txt": report.to_text()}
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        files = {**written.kept, **manifests.files_entry(new, written.hashes)}
        made = {**manifest, "left_out": omitted, "files": dict(sorted(files.items()))}
        (new / MANIFEST).write_text(manifests.manifest_text(made), encoding="utf-8", newline="\n")
    return made


def write_graph(folder: Path, graph: Assembled, names: Iterable[str], old: OldFiles | None = None) -> Written:
    """Writes the graph and what follows from it.

    Args:
        folder: an existing one.
        graph: to be written.
        names: of the files that are wanted besides the list of articles; with :data:`IDENTITY_SHARD` among them the
            articles are written as shards too.
        old: the files that the parts were written to last, if they are still there.
    """
    wanted = [*names, ARTICLES_FILE]
    if old is None or not old.entries.keys() >= set(wanted):
        old = None
        graph.parts.change_all()
    written = Written()
    sharded = IDENTITY_SHARD in wanted
    if sharded:
        for name in (GRAPH_FOLDER, INFERRED_FOLDER):
            (folder / name).mkdir(exist_ok=True)
        if old is not None and not graph.parts.any_changed("entity"):
            written.kept[IDENTITY_SHARD] = old.entries[IDENTITY_SHARD]
    with ThreadPoolExecutor(max(2, cores())) as threads, ExitStack() as stack:
        files = {
            name: PartFile(folder / name, old.folder / name if old is not None else None, stack, threads)
            for name in wanted
            if name not in written.kept
        }
        shards = ShardWriter(folder, graph, old, threads, written) if sharded else None
        _Writing(graph, files, threads, shards).write()
        written.hashes.update((name, file.finish()) for name, file in files.items())
    return written


class _Writing:
    """Writes parts to files.

    Args:
        graph: to be written.
        files: that are to be written in one piece.
        threads: that write, and unpack what is kept.
        shards: to which articles go, and what follows; None if they go to files of one piece too.
    """

    def __init__(
        self, graph: Assembled, files: dict[str, PartFile], threads: Executor, shards: ShardWriter | None
    ) -> None:
        self._graph = graph
        self._parts = graph.parts
        self._files = files
        self._threads = threads
        self._shards = shards

    def write(self) -> None:
        """Writes all files."""
        from kgbuild.graph.texts import file_heads, graph_frames
        from kgbuild.graph.vocabulary import IDENTITY_GRAPH

        graph, parts = self._graph, self._parts
        quads, trig, jsonld = (self._files.get(name) for name in (GRAPH_FILE, "graph.trig", "graph.jsonld"))
        turtle, entities = self._files.get(MERGED_FILE), self._files.get(ENTITIES_FILE)
        inferred, articles = self._files.get(INFERRED_FILE), self._files[ARTICLES_FILE]
        for file, head in zip((trig, jsonld, turtle), file_heads(graph.base), strict=True):
            _text(file, head)
        # what stands between the parts depends on whether there are any
        old, new = (
            {kind: found(kind) for kind in ("article", "entity", "join")} for found in (parts.any_old, parts.any_new)
        )
        _text(jsonld, "\n" if any(new.values()) else "", "\n" if any(old.values()) else "")
        if self._shards is not None:
            self._shards.articles(articles, turtle)
            quads = self._files.get(IDENTITY_SHARD)
        else:
            texts = (quads, trig, jsonld, inferred, articles, turtle)
            wanted = [file is not None for file in texts]
            parts.write(
                "article",
                texts,
                (b"", b"", b",\n", b"", b"", b""),
                partial(graph.article_texts, threads=self._threads, wanted=wanted),
            )
        (trig_head, trig_end), (jsonld_head, jsonld_end) = graph_frames(graph.base, IDENTITY_GRAPH)
        both = [there["article"] and there["entity"] for there in (new, old)]
        _text(jsonld, ",\n" * both[0], ",\n" * both[1])
        there = (new["entity"], old["entity"])
        self._if(trig, trig_head, *there)
        self._if(jsonld, jsonld_head, *there)
        _text(entities, f'{{\n"base": {json.dumps(graph.base)},\n"entities": [')
        self._if(entities, "\n", *there)
        entity_files = (quads, trig, jsonld, entities)
        texts_of = partial(graph.entity_texts, others=trig is not None or jsonld is not None)
        parts.write("entity", entity_files, (b"", b"\n", b",\n", b",\n"), texts_of)
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
        if self._shards is not None:
            self._shards.conclusions()
        else:
            parts.write("conclusion", (inferred,), (b"",), graph.conclusion_texts)
        if turtle is not None:
            parts.write("subject", (turtle,), (b"",), graph.subject_turtle)

    def _if(self, file: PartFile | None, text: str, new: bool, old: bool) -> None:
        _text(file, text * new, text * old)


def _text(file: PartFile | None, new: str, old: str | None = None) -> None:
    if file is not None:
        file.text(new, old)

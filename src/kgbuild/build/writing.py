"""Writes a graph that was assembled into a folder, as a stream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kgbuild.build import manifest as manifests
from kgbuild.build.entities import ENTITIES_FILE, write_entities
from kgbuild.build.folder import MANIFEST, replaced
from kgbuild.build.options import BuildOptions
from kgbuild.build.result import GRAPH_FILE, INFERRED_FILE
from kgbuild.build.steps import Assembled

MERGED_FILE = "graph.ttl"

#: the files that hold the graph, in every format
GRAPH_FILES = ("graph.jsonld", GRAPH_FILE, "graph.trig", MERGED_FILE)

#: quads up to which the merged view is written unless the user says otherwise: some 150 MB, about what editors open
MERGED_AT_MOST = 2_000_000


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
    output: Path, graph: Assembled, options: BuildOptions, manifest: Callable[[int, int], dict[str, Any]]
) -> dict[str, Any]:
    """Replaces the files of the output folder.

    Args:
        output: the folder.
        graph: to be written.
        options: of the build.
        manifest: gives the manifest for the numbers of quads and of inferred ones that were written.

    Returns:
        The manifest, with the sizes and hashes of the files.
    """
    from kgbuild.build.reports import report_of

    left_out = merged_left_out(options, graph.quads)
    names = [name for name in GRAPH_FILES if name != MERGED_FILE or not left_out]
    with replaced(output) as new:
        quads, inferred = write_graph(new, graph, names)
        with (new / ENTITIES_FILE).open("w", encoding="utf-8", newline="\n") as stream:
            write_entities(graph.identities, stream)
        report = report_of(graph.report)
        texts = {"validation.ttl": report.to_turtle(options.base), "validation.txt": report.to_text()}
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        made = {
            **manifest(quads, inferred),
            "left_out": {MERGED_FILE: left_out} if left_out else {},
            "files": manifests.files_entry(new),
        }
        (new / MANIFEST).write_text(manifests.manifest_text(made), encoding="utf-8", newline="\n")
    return made


def write_graph(folder: Path, graph: Assembled, names: list[str]) -> tuple[int, int]:
    """Writes the graph and what follows from it.

    Args:
        folder: an existing one.
        graph: to be written.
        names: of the files for the graph, whose endings tell their formats.

    Returns:
        How many quads there are, and how many follow.
    """
    from kgbuild.graph.serialization import write_blocks

    counts = write_blocks(graph.blocks(), [folder / name for name in names], base=graph.identities.base)
    inferred = 0
    with (folder / INFERRED_FILE).open("w", encoding="utf-8", newline="\n") as stream:
        for line in graph.inferred_lines():
            stream.write(line + "\n")
            inferred += 1
    return counts.quads, inferred

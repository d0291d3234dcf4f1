"""``kgbuild serve``: a SPARQL endpoint and pages to look at a graph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import complain
from kgbuild.errors import KgbuildError


def serve(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The folder that a graph was built in.")],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Listen there; 0.0.0.0 for everybody.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0 for any free port.")] = 7900,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="End a query after this time.")] = 20.0,
    max_rows: Annotated[int, typer.Option(metavar="N", min=1, help="Rows or triples of an answer.")] = 100_000,
    max_bytes: Annotated[int, typer.Option(metavar="N", min=1000, help="Bytes of an answer.")] = 50_000_000,
    max_memory: Annotated[
        int, typer.Option(metavar="MB", min=0, help="Memory of a process for queries; 0 for no limit.")
    ] = 1000,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Queries answered at the same time.")] = 2,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="A web origin whose pages may ask, or *. Can be given several times."),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name by which the server may be called. Can be given several times."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask for the token in this file (or in KGBUILD_TOKEN).", show_default=False),
    ] = None,
    log: Annotated[
        str, typer.Option(metavar="FILE", help="Log each request as a line of JSON; - for standard error.")
    ] = "",
) -> None:
    """Serve a graph: a SPARQL endpoint, and pages to look at it.

    The pages are at the address that is printed, the endpoint at /sparql, for operators there are /health and /metrics.
    Nothing can be written, and the server asks no other servers. It shows the graph as it was at its start; start it
    again after a build. Ctrl-C ends it.

    Needs: pip install 'kgbuild[serve]'

    \b
    Examples:
      kgbuild serve output/
      kgbuild serve output/ --port 8080 --timeout 5 --log -
      KGBUILD_TOKEN=secret kgbuild serve output/ --host 0.0.0.0 --allowed-host graph.example.org
    """
    from kgbuild.serve.running import is_loopback
    from kgbuild.serve.running import serve as run
    from kgbuild.serve.settings import ServeSettings

    token = os.environ.get("KGBUILD_TOKEN", "")
    if token_file is not None:
        try:
            token = token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise KgbuildError(f"--token-file {token_file}: cannot be read: {error}") from error
        if not token:
            raise KgbuildError(f"--token-file {token_file}: is empty; write the token into it")
    if (output / ".complete").is_dir():
        # a build was killed while its files were moved into place
        from kgbuild.build.folder import settle

        settle(output)
    if not is_loopback(host) and not token:
        complain(f"everybody who reaches {host} can read the graph; KGBUILD_TOKEN or --token-file closes it")
    settings = ServeSettings(
        seconds=timeout,
        rows=max_rows,
        answer_bytes=max_bytes,
        memory_bytes=max_memory * 1_000_000,
        workers=workers,
        origins=tuple(cors or ()),
        hosts=tuple(name.lower() for name in allowed_host or ()),
        token=token,
    )
    run(output, host, port, settings, log=log, ready=lambda address: typer.echo(f"serving {output} at {address}"))

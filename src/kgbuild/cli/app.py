"""The commands together, the options that hold for all of them, and how a failure is told."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from kgbuild import __version__
from kgbuild.cli import building, comparing, exporting, gathering, identities, inspection, loading, serving, showing
from kgbuild.cli.output import INTERRUPTED, SOMETHING_FAILED, UNEXPECTED, USER_ERROR, complain
from kgbuild.errors import KgbuildError

app = typer.Typer(
    name="kgbuild",
    help=f"""Build attributed, anchored knowledge graphs of diplomacy from news articles.

    From a folder of articles kgbuild makes an RDF graph that tells who said what about whom and about which treaty,
    who supports or opposes it according to whom, and what happened or is planned; and for each of these in which words
    of which article it stands.

    \b
    A first graph, and a first answer:
      kgbuild build articles/ --output output/
      kgbuild query output/ --list
      kgbuild query output/ positions

    \b
    Exit codes of every command:
      0                   all is well
      {SOMETHING_FAILED}                   something was set aside or does not hold; the rest is done
      {USER_ERROR}                   the command cannot be carried out as it was given
      {UNEXPECTED}                   an error in kgbuild itself; run again with --debug and report it
    """,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,  # rich costs half of the time in which help is to appear
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"kgbuild {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What holds for all commands; the help of the program stands where it is made."""
    if debug:
        os.environ["KGBUILD_DEBUG"] = "1"


app.command("build")(building.build)
app.command("watch")(building.watch)
app.command("gather")(gathering.gather)
app.command("show")(showing.show)
app.command("query")(inspection.query)
app.command("serve")(serving.serve)
app.command("load")(loading.load)
app.command("report")(exporting.report)
app.command("export")(exporting.export)
app.command("diff")(comparing.diff)
app.command("validate")(inspection.validate)
app.command("doctor")(inspection.doctor)
app.add_typer(identities.app, name="identity")


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: without the program's name; those of the process if not given.

    Returns:
        The exit code.
    """
    try:
        app(arguments, prog_name="kgbuild")
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
        if code == INTERRUPTED:
            complain("interrupted; what was written before is as it was")
        return code
    except KgbuildError as error:
        complain(str(error))
        return USER_ERROR
    except Exception as error:
        if os.environ.get("KGBUILD_DEBUG"):
            raise
        complain(f"unexpected error: {type(error).__name__}: {error}; run again with: kgbuild --debug …")
        return UNEXPECTED
    return 0

"""``kgbuild identity``: who was taken for whom and why, and the user's own decisions about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kgbuild.cli.output import clean, print_table
from kgbuild.errors import KgbuildError

app = typer.Typer(
    help="""Look at who was taken for whom, and decide otherwise.

    kgbuild takes two names for one actor where the articles give reason to. Every such decision is written down with
    its reason, and a file of your own decisions weighs more: build with it by kgbuild build --judgements FILE.

    \b
    Examples:
      kgbuild identity list output/ --search ruiz
      kgbuild identity list output/ --joins
      kgbuild identity split person/ana-ruiz article/a-b-c/actor/ruiz --why "the mayor, not the minister"
    """,
    rich_markup_mode=None,
    no_args_is_help=True,
)

_File = Annotated[
    Path,
    typer.Option(
        "--judgements", "-j", metavar="FILE", help="The file of decisions, YAML or CSV; made if there is none."
    ),
]
_Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for people who read the file.")]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="A path or IRI that kgbuild identity list prints.")]


@app.command("list")
def list_(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The folder that a graph was built in.")],
    search: Annotated[str, typer.Option("--search", "-s", metavar="TEXT", help="Only what has this in a name.")] = "",
    joins: Annotated[
        bool, typer.Option("--joins", help="Instead of actors and treaties, list which names were joined, and why.")
    ] = False,
) -> None:
    """List the actors and treaties of a graph, or which of their names were joined.

    With --joins: joined by the rules, apart where two likely names were not joined, merge and split where a file of
    judgements decided.

    \b
    Examples:
      kgbuild identity list output/
      kgbuild identity list output/ --joins --search ruiz
    """
    from kgbuild.build.entities import read_entities

    table = read_entities(output)
    wanted = search.casefold()
    if joins:
        rows = [
            (join["decision"], f"{join['score']:.2f}", _named(join, "left"), _named(join, "right"), join["why"])
            for join in table["joins"]
            if wanted in " ".join(map(str, join.values())).casefold()
        ]
        print_table(("decision", "score", "one", "other", "why"), rows)
        return
    base = table["base"]
    entities = [
        (entity["label"], entity["type"], entity["iri"].removeprefix(base), str(entity["articles"]), names)
        for entity in sorted(table["entities"], key=lambda entity: (-entity["articles"], entity["label"]))
        if wanted in f"{entity['label']} {(names := '; '.join(entity['names']))} {entity['iri']}".casefold()
    ]
    print_table(("label", "class", "name", "articles", "also called"), entities)


def _named(join: dict[str, str], side: str) -> str:
    return f"{join[f'{side}_name']} ({join[side]})"


@app.command("merge")
def merge(left: _Name, right: _Name, judgements: _File = Path("judgements.yaml"), why: _Why = "") -> None:
    """Decide that two are one.

    The decision goes into the file of judgements, in place of an earlier one on the same two; it holds for the next
    kgbuild build --judgements FILE.

    \b
    Examples:
      kgbuild identity merge person/ana-ruiz person/ana-maria-ruiz --why "her full name"
    """
    _decide("merge", left, right, judgements, why)


@app.command("split")
def split(left: _Name, right: _Name, judgements: _File = Path("judgements.yaml"), why: _Why = "") -> None:
    """Decide that two are not one.

    The decision goes into the file of judgements, in place of an earlier one on the same two; it holds for the next
    kgbuild build --judgements FILE.

    \b
    Examples:
      kgbuild identity split person/ana-ruiz article/a-b-c/actor/ruiz --why "the mayor, not the minister"
    """
    _decide("split", left, right, judgements, why)


def _decide(decision: Literal["merge", "split"], left: str, right: str, file: Path, why: str) -> None:
    from kgbuild.identity.judgements import record

    if not left.strip() or not right.strip():
        raise KgbuildError("give two names that kgbuild identity list prints")
    count = len(record(file, decision, left, right, why).decisions)
    typer.echo(f"{clean(str(file))}: {count} decision{'s' * (count != 1)}; build with: --judgements {clean(str(file))}")

"""The training command: ``python -m kgbuild.training attribution --corpus TRAIN.jsonl --output FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kgbuild.errors import KgbuildError


def main(arguments: list[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: as on the command line.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m kgbuild.training", description="Trains the models of kgbuild.")
    commands = parser.add_subparsers(dest="command", required=True)
    attribution = commands.add_parser(
        "attribution", help="who said what: the tagger and the nets that weigh candidates"
    )
    attribution.add_argument("--corpus", type=Path, required=True, help="marked articles, one JSON object a line")
    attribution.add_argument("--output", type=Path, required=True, help="folder for the weights")
    attribution.add_argument(
        "--work", type=Path, default=Path("build/training"), help="parses and taggers of the folds"
    )
    attribution.add_argument("--seed", type=int, default=1)
    attribution.add_argument("--folds", type=int, default=3)
    attribution.add_argument(
        "--unmarked",
        type=Path,
        nargs="*",
        default=[],
        help='articles without marks, one JSON object with a "text" a line',
    )
    attribution.add_argument(
        "--passages",
        type=Path,
        nargs="*",
        default=[],
        help="sentences and passages without marks, YAML or JSON lines; any text in them is taken",
    )
    attribution.add_argument("--model", help="spaCy model; default: kgbuild's own")
    options = parser.parse_args(arguments)
    try:
        from kgbuild.training.attribution import train_attribution
    except ImportError as error:
        print(f"training needs more packages ({error}); run: pip install 'kgbuild[training]'", file=sys.stderr)  # noqa: T201
        return 1
    try:
        train_attribution(
            options.corpus,
            options.output,
            options.work,
            seed=options.seed,
            folds=options.folds,
            model=options.model,
            unmarked=options.unmarked,
            passages=options.passages,
        )
    except KgbuildError as error:
        print(f"kgbuild: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

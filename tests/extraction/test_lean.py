"""spaCy is imported without its command line, which is there for whoever asks."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from kgbuild.extraction.lean import import_spacy

import_spacy()
import spacy

assert spacy.blank("en")("Chile agreed.")[0].text == "Chile"
assert not [name for name in sys.modules if name.startswith("spacy.cli")]
before = sys.modules["spacy"]
import_spacy()
assert sys.modules["spacy"] is before
# who asks for the command line gets it
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
import spacy.cli

assert spacy.cli.app.registered_commands
"""


def test_the_command_line_is_imported_only_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

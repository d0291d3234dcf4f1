"""The command line as a user meets it: in a process of its own, with files in a folder."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest

from kgbuild.cli import main

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "examples" / "articles"


def kgbuild(*arguments: str | Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own, its output in pipes."""
    return subprocess.run(
        [sys.executable, "-m", "kgbuild", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of two articles, built once."""
    folder = tmp_path_factory.mktemp("built") / "output"
    code = main(
        [
            *("build", str(ARTICLES / "congo-luanda-truce.md"), str(ARTICLES / "suriname-recalls-ambassador.md")),
            *("-o", str(folder), "--quiet"),
        ]
    )
    assert code == 0
    return folder


@pytest.fixture
def page() -> Iterator[object]:
    spec = util.spec_from_file_location("generate_cli", ROOT / "docs" / "generate_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


def test_every_command_has_help_that_teaches_and_stands_in_the_docs(page: object) -> None:
    documented = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    commands = page.commands()  # type: ignore[attr-defined]
    assert len(commands) > 5
    for command in commands:
        text = page.help_of(command)  # type: ignore[attr-defined]
        assert f"## `{' '.join(('kgbuild', *command))}`" in documented
        assert len(text.splitlines()) > 8, command
        if command and len(command) + len(commands) and "COMMAND" not in text:
            assert "Examples:" in text, command
            assert f"  kgbuild {' '.join(command)}" in text
        for line in text.partition("Options:")[2].splitlines():
            option = line.strip().split("  ")
            if option[0].startswith("-"):
                assert len(line.split(maxsplit=2)) > 1, f"{command}: {line}"
    assert documented == page.page(), "run: python docs/generate_cli.py"  # type: ignore[attr-defined]


def test_version_and_no_arguments() -> None:
    result = kgbuild("--version")
    assert (result.returncode, result.stdout.split()[0]) == (0, "kgbuild")
    result = kgbuild()
    assert result.returncode == 2
    assert "Usage: kgbuild" in result.stdout + result.stderr


def test_help_imports_nothing_heavy() -> None:
    heavy = ("spacy", "rdflib", "pyshacl", "owlrl", "trafilatura", "pyoxigraph", "numpy", "rich", "yaml", "lxml")
    program = (
        "import sys; from kgbuild.cli import main; main(['build', '--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_build_says_what_it_made_and_what_it_could_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("France and Chile signed a treaty on trade. “We are glad,” Ana Ruiz said.")
    (folder / "bad.json").write_text("{")
    (folder / "list.jsonl").write_text('{"text": "Peru recalled its ambassador."}\n{"text": 3}\n')
    result = kgbuild("build", folder, "-o", tmp_path / "output")
    assert result.returncode == 1
    assert f"kgbuild: {folder}/bad.json: is not JSON" in result.stderr
    assert f"kgbuild: {folder}/list.jsonl:2: has no text" in result.stderr
    assert "2 articles" in result.stdout
    assert "2 set aside" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr
    manifest = json.loads((tmp_path / "output" / "manifest.json").read_text())
    assert [failure["source"] for failure in manifest["failures"]] == ["bad.json", "list.jsonl:2"]


def test_nothing_is_written_where_nothing_could_be_read(tmp_path: Path) -> None:
    result = kgbuild("build", tmp_path / "none", "-o", tmp_path / "output")
    assert result.returncode == 2
    assert "no such file or folder" in result.stderr
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "a.txt", "--base", "here"], "base IRI"),
        (["build", "a.txt", "--fail-on", "notice"], "--fail-on notice: choose one of"),
        (["build", "a.txt", "--authority", "none.csv"], "none.csv"),
        (["build", "a.txt", "--min-confidence", "2"], "--min-confidence"),
        (["build", "a.txt", "--model", "no_such_model"], "no_such_model"),
        (["show", "none.txt"], "none.txt: there is no such file or folder"),
        (["query", "none", "positions"], "none"),
        (["query", "none"], "--list"),
        (["validate", "none.ttl"], "none.ttl: there is no such file"),
        (["validate", "none.doc"], "none.doc: not a kind of RDF file"),
        (["frobnicate"], "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_users_mistake_is_a_message_and_no_traceback(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.txt").write_text("France and Chile signed a treaty.")
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told


def test_an_unexpected_error_is_short_and_debug_shows_it_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("kgbuild.query.list_queries", broken)
    monkeypatch.delenv("KGBUILD_DEBUG", raising=False)
    assert main(["query", "output", "--list"]) == 3
    assert "unexpected error: ZeroDivisionError: a bug" in capsys.readouterr().err
    monkeypatch.setenv("KGBUILD_DEBUG", "")
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "query", "output", "--list"])


def test_standard_input_is_built(tmp_path: Path) -> None:
    result = kgbuild("build", "-", "-o", tmp_path / "output", "-q", stdin='{"text": "Peru recalled its ambassador."}\n')
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "output" / "graph.nq").stat().st_size > 0


def test_show_marks_what_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(ARTICLES / "suriname-recalls-ambassador.md")]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Suriname recalls ambassador to Guyana over river licences\n")
    assert "[a0 " in shown
    assert "Statements (" in shown


def test_query_answers_in_every_format(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", str(output), "--list"]) == 0
    listed = capsys.readouterr().out
    names = [line.split()[0] for line in listed.splitlines()[1:] if not line.startswith(" ")]
    assert len(names) >= 8
    for name in names:
        for form in ("table", "csv", "tsv", "json"):
            assert main(["query", str(output), name, "--format", form]) == 0
            assert capsys.readouterr().out


def test_query_takes_files_and_standard_input(output: Path, tmp_path: Path) -> None:
    sparql = "SELECT (COUNT(?s) AS ?count) { ?s a/rdfs:subClassOf* dip:Statement }"
    (tmp_path / "count.rq").write_text(sparql)
    from_file = kgbuild("query", output, tmp_path / "count.rq", "--format", "csv")
    from_stdin = kgbuild("query", output, "-", "--format", "csv", stdin=sparql)
    assert from_file.stdout == from_stdin.stdout
    assert int(from_file.stdout.split()[1]) > 0


def test_validate_holds_the_output_and_any_file_to_the_shapes(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(output)]) == 0
    assert "0 violations" in capsys.readouterr().out
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(
        "@prefix dip: <https://w3id.org/kgbuild/diplomacy#> . <https://a.example/p> a dip:Position ; dip:holder 3 ."
    )
    assert main(["validate", str(wrong)]) == 1
    assert "VIOLATION" in capsys.readouterr().out
    assert main(["validate", str(wrong), "--fail-on", "never", "--format", "ttl"]) == 0
    assert "sh:ValidationReport" in capsys.readouterr().out


def test_validate_tells_of_a_circle_too_long_to_be_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With some thousand statements in a circle, which takes long, the judge reaches Python's limit; here at once."""

    def judge(*_: object, **options: object) -> object:
        return judge(**options)

    monkeypatch.setattr("pyshacl.validate", judge)
    part_of, kind = "<https://w3id.org/kgbuild/diplomacy#partOf>", "<https://w3id.org/kgbuild/diplomacy#Statement>"
    is_a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    (tmp_path / "a.nt").write_text(f"<urn:a> {part_of} <urn:a> .\n<urn:a> {is_a} {kind} .\n")
    assert main(["validate", str(tmp_path / "a.nt")]) == 2
    assert "part of each other over too many steps" in capsys.readouterr().err


def test_doctor_finds_what_was_changed(output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(output, copy)
    assert main(["doctor", str(copy)]) == 0
    told = capsys.readouterr().out
    assert "files are as they were written" in told
    assert "hashes that its makers published" in told
    with (copy / "graph.nq").open("a") as stream:
        stream.write("\n")
    assert main(["doctor", str(copy)]) == 1
    assert "graph.nq was changed" in capsys.readouterr().out


#: the command line, interrupted as soon as the first piece of work is done
INTERRUPTED = """
import os, signal, sys
from kgbuild.build.cache import Cache
put = Cache.put
def interrupted(self, key, data):
    put(self, key, data)
    os.kill(os.getpid(), signal.SIGINT)
Cache.put = interrupted
from kgbuild.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_interrupt_leaves_nothing_half_done(tmp_path: Path) -> None:
    output = tmp_path / "output"
    command = [sys.executable, "-c", INTERRUPTED, "build", str(ARTICLES), "-o", str(output)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    # what was worked out so far is kept for the next build
    assert [path.name for path in output.iterdir()] == [".cache"]


def test_an_interrupt_while_modules_are_imported_is_told_too(tmp_path: Path) -> None:
    """Imports take a second; the stand-in for the slow one sends the signal at a sure moment."""
    slow = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "typer.py").write_text(slow)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "kgbuild", "--help"]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_gets_a_table_and_a_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    import pty

    (tmp_path / "a.txt").write_text("France and Chile signed a treaty on trade.")
    command = [sys.executable, "-m", "kgbuild", "build", str(tmp_path / "a.txt"), "-o", str(tmp_path / "output")]
    leader, follower = pty.openpty()
    process = subprocess.Popen(command, stdout=follower, stderr=follower, stdin=follower)
    os.close(follower)
    shown = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(leader, 65536):
            shown += chunk
    assert process.wait() == 0
    assert b"Extracting" in shown
    assert "┃".encode() in shown
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert piped.stdout.startswith("class")

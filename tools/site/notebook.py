"""Runs a notebook, and makes a page of it and of what it shows."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient


def run(path: Path) -> Any:
    """Runs a notebook in its own folder.

    Args:
        path: of the notebook, which stays as it is.

    Returns:
        The notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    quiet = ["--IPKernelApp.log_level=ERROR"]
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=folder, extra_arguments=quiet)
    return client.execute()


def write_page(notebook: Any, page: Path) -> None:
    """Writes a notebook that was run as a page of Markdown, with its pictures beside it.

    Args:
        notebook: what :func:`run` gives.
        page: the file to write.
    """
    parts: list[str] = []
    pictures = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                pictures += 1
                picture = page.with_name(f"{page.stem}-{pictures}.png")
                picture.write_bytes(base64.b64decode(data["image/png"]))
                parts.append(f"![what the cell above draws]({picture.name})")
            elif "text/html" in data:
                # blank lines would end the block of HTML
                lines = [line.strip() for line in data["text/html"].splitlines() if line.strip()]
                parts.append("\n".join(['<div class="shown">', *lines, "</div>"]))
            elif "text" in output or "text/plain" in data:
                parts.append(f"```text\n{output.get('text') or data['text/plain']}\n```")
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")

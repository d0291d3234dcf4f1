"""Apache Jena's own tools from Debian (libapache-jena-java): they read what was written, and answer questions."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

_JARS = Path("/usr/share/java")
#: what Jena's tools need beside its own libraries; a class path of all that Debian has would bring quarrelling loggers
_NEEDED = (
    "commons-cli", "commons-codec", "commons-compress", "commons-csv", "commons-io", "commons-lang3", "gson", "guava",
    "httpclient", "httpcore", "jackson-annotations", "jackson-core", "jackson-databind", "jsonld-java", "protobuf",
    "slf4j-api", "slf4j-simple", "thrift",
)  # fmt: skip


def class_path(folder: Path) -> str:
    """The class path of Jena's tools; the test skips where they are not installed.

    Args:
        folder: to put files into that Debian's package has in another place than its classes look.
    """
    core = _JARS / "jena-core.jar"
    if shutil.which("java") is None or not core.is_file():
        pytest.skip("Jena's tools are not installed (Debian: apt-get install libapache-jena-java default-jre-headless)")
    moved = "org/apache/jena/ext/"
    with zipfile.ZipFile(core) as archive:
        for name in archive.namelist():
            if name.startswith(moved) and name.endswith(".properties"):
                target = folder / name.removeprefix(moved)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    jars = [*sorted(_JARS.glob("jena-*[a-z0-9].jar")), *(_JARS / f"{name}.jar" for name in _NEEDED)]
    return ":".join([str(folder), *(str(jar) for jar in jars if jar.is_file())])


def jena(classes: str, tool: str, *arguments: str | Path) -> str:
    """Runs one of Jena's tools; gives what it prints."""
    done = subprocess.run(
        ["java", "-Xmx512m", "-cp", classes, tool, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr

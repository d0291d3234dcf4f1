"""Looks for known vulnerabilities in what the lock file holds, and lists the licences of it.

    python tools/audit.py [LOCK]

Vulnerabilities are looked up by pip-audit, which is installed into .cache/audit on the first run. Where it cannot be
installed, or reaches no database, that is said and nothing is concluded. Licences are those that the installed packages
declare; one that would bind users of kgbuild, or none at all, is a failure unless it stands below. Exit code 1 for a
vulnerability or such a licence.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_TOOL = _ROOT / ".cache/audit"
_REQUIREMENT = "pip-audit>=2.7,<3"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zlib|CC0|0BSD|W3C)\b"
)
#: packages that declare their licence in a form of their own, as it was read in their files
_READ = {"tld": "MPL-1.1 or GPL-2.0 or LGPL-2.1"}


def main() -> int:
    """Looks at vulnerabilities, then at licences."""
    lock = Path(sys.argv[1]) if len(sys.argv) > 1 else _ROOT / "requirements/dev.txt"
    vulnerable = _vulnerabilities(lock)
    unclear = _licences(lock)
    return int(vulnerable or unclear)


def _vulnerabilities(lock: Path) -> bool:
    program = _TOOL / "bin/pip-audit"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(_TOOL)], check=True)
        install = [str(_TOOL / "bin/python"), "-m", "pip", "install", "--quiet", _REQUIREMENT]
        if subprocess.run(install, check=False, capture_output=True).returncode:
            _say("vulnerabilities: skipped, pip-audit cannot be installed here")
            return False
    command = [str(program), "--requirement", str(lock), "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], check=False, capture_output=True, text=True, timeout=600
        )
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        _say("vulnerabilities: skipped, no database can be reached from here")
        return False
    looked_up = [package for package in packages if "vulns" in package]
    if not looked_up:
        _say(f"vulnerabilities: skipped, the database that can be reached knows none of the {len(packages)} packages")
        return False
    found = [(package, one) for package in looked_up for one in package["vulns"]]
    for package, one in found:
        mended = ", ".join(one.get("fix_versions", ())) or "no version yet"
        _say(f"VULNERABLE  {package['name']} {package['version']}: {one['id']}, mended in {mended}")
    _say(f"vulnerabilities: {len(found)} in {len(looked_up)} of {len(packages)} packages that could be looked up")
    return bool(found)


def _licences(lock: Path) -> bool:
    unclear = False
    listed = 0
    for name, version in _PINNED.findall(lock.read_text("utf-8")):
        try:
            licence = _licence(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        listed += 1
        known = bool(_PERMISSIVE.search(licence)) or name in _READ
        unclear |= not known
        _say(f"{'licence    ' if known else 'UNCLEAR    '} {name} {version}: {licence or 'none declared'}")
    _say(f"licences: {listed} packages listed")
    return unclear


def _licence(name: str) -> str:
    """What a package declares: an SPDX expression, else classifiers, else the first line of what it says."""
    if name in _READ:
        return _READ[name]
    about = importlib.metadata.metadata(name)
    classes = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    said = (about.get("License") or "").strip().partition("\n")[0]
    return about.get("License-Expression") or ", ".join(classes) or said


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())

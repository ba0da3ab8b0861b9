"""Asks a public service whether a pinned package has a known weakness.

    python -m tools.audit

Exits with 1 when one has, or when the lock cannot be read. Where the service cannot be reached it
says so and exits with 0: a machine without network can build, and nobody is told that all is well.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.lock import LOCK

SECONDS = 15
_AWAY = re.compile(r"requests\.exceptions\.|urllib3\.exceptions\.|ConnectionError|ServiceError")


def asked(lock: Path) -> tuple[int, str, str]:
    """Run pip-audit on a lock; give its exit code, what it found and what it said."""
    with tempfile.TemporaryDirectory() as cache:
        said = subprocess.run(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "pip_audit", "--requirement", str(lock)),
                *("--require-hashes", "--disable-pip", "--format", "json"),
                *("--progress-spinner", "off", "--timeout", str(SECONDS), "--cache-dir", cache),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    return said.returncode, said.stdout, said.stderr


def judged(code: int, found: str, said: str) -> tuple[int, list[str]]:
    """Give our exit code and what to say, of what pip-audit answered.

    A package that the service does not know was not looked at; where it knows none, it is not
    the service that answered.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(found)["dependencies"]
    except (ValueError, KeyError):
        last = (said.strip().splitlines() or [f"pip-audit ended with {code}"])[-1]
        if _AWAY.search(said):
            why = last.split(":")[0]  # its address is nobody's business
            return 0, [f"WARNING: nothing was audited: the service cannot be reached ({why})"]
        return 1, [f"pip-audit could not do its work: {last}"]
    weak = [
        f"{each['name']} {each['version']}: {each_found['id']}"
        f" (mended in {', '.join(each_found['fix_versions']) or 'no version yet'})"
        for each in packages
        for each_found in each.get("vulns", ())
    ]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    looked_at = len(packages) - len(unknown)
    if not looked_at:
        return 0, ["WARNING: nothing was audited: the service that answers here knows no package"]
    lines = [f"{looked_at} packages audited, {len(weak)} weaknesses known", *weak]
    if unknown:
        lines.append(f"WARNING: not audited, as the service does not know them: {unknown}")
    return (1 if weak else 0), lines


def main() -> int:
    """Ask, say what came of it, and give the exit code."""
    code, lines = judged(*asked(LOCK))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())

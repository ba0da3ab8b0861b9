import json

import pytest

from tools.audit import judged

FINE = {"name": "alembic", "version": "1", "vulns": []}
WEAK = {"name": "babel", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "click", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([FINE], 0, "1 packages audited, 0 weaknesses known"),
        ([FINE, WEAK], 1, "babel 2: CVE-1 (mended in 2.1)"),
        ([WEAK, UNKNOWN], 1, "WARNING: not audited, as the service does not know them: ['click']"),
        ([UNKNOWN], 0, "WARNING: nothing was audited: the service that answers here knows no"),
    ],
)
def test_what_is_found_is_said(packages: list[object], code: int, said: str) -> None:
    ended, lines = judged(code, json.dumps({"dependencies": packages}), "")

    assert ended == code
    assert said in "\n".join(lines)


def test_a_service_that_cannot_be_reached_is_a_warning() -> None:
    said = "a trace\nrequests.exceptions.ProxyError: https://somewhere refused\n"

    code, (line,) = judged(1, "", said)

    assert code == 0
    assert line.startswith("WARNING: nothing was audited")
    assert line.endswith("(requests.exceptions.ProxyError)")


@pytest.mark.parametrize(
    ("said", "why"),
    [("ERROR: alembic does not contain a hash\n", "alembic does not"), ("", "ended with 1")],
)
def test_a_lock_that_cannot_be_audited_is_a_problem(said: str, why: str) -> None:
    code, (line,) = judged(1, "", said)

    assert code == 1
    assert why in line

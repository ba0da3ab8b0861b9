"""Fails a run with `--fully-covered` in which what decides was not walked to the last branch.

It is a plugin and not a second command, so that pytest's own closing line stays the last word.
Which files: `fully_covered` in pyproject.toml. It reads what pytest-cov left behind. What decides
does so without a database: tests that have one are not measured, and take half the time.
"""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from coverage.exceptions import NoDataError

_GAPS = pytest.StashKey[dict[str, str]]()
_UNMEASURED = {"browser", "cluster", "database_url", "site", "sqlite_url"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch and the list of files."""
    parser.addoption(
        "--fully-covered", action="store_true", help="fail where what decides is not covered"
    )
    parser.addini("fully_covered", type="linelist", help="patterns of files to cover fully")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure pure tests only."""
    for item in items:
        if _UNMEASURED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Look for gaps after pytest-cov, whose wrapper lies inside this one, has written its data."""
    result = yield
    config = session.config
    if config.getoption("--fully-covered") and not hasattr(config, "workerinput"):
        patterns: list[str] = config.getini("fully_covered")
        gaps = {path: gap for each in patterns for path, gap in _gaps(config.rootpath, each)}
        config.stash[_GAPS] = gaps
        session.testsfailed += len(gaps)
    return result


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - pytest keeps the type to itself
    """Name each gap as an error, so that the closing line counts it."""
    errors = terminalreporter.stats.setdefault("error", [])
    for path, gap in config.stash.get(_GAPS, {}).items():
        where = (path, None, path)
        errors.append(pytest.TestReport(path, where, {}, "failed", gap, "teardown"))


def _gaps(root: Path, pattern: str) -> Generator[tuple[str, str]]:
    """Give each file of a pattern with lines or branches that no test walked."""
    measured = Coverage(data_file=root / ".coverage", config_file=root / "pyproject.toml")
    measured.load()
    report = root / ".coverage.json"
    try:
        measured.json_report(include=[str(root / pattern)], outfile=str(report))
    except NoDataError:
        yield pattern, "no such file was measured"
        return
    files = json.loads(report.read_text())["files"]
    report.unlink()
    for path, found in files.items():
        lines, branches = found["missing_lines"], found["missing_branches"]
        if lines or branches:
            yield path, f"not covered: lines {lines}, branches {branches}"

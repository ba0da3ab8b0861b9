import pytest

pytestmark = pytest.mark.slow

SETTINGS = """
    [tool.coverage.run]
    branch = true
    source = ["."]

    [tool.pytest]
    fully_covered = ["decides.py"]
"""
DECIDES = """
    def decide(day):
        if day > 3:
            return "open"
        return "wait"
"""
HALF = """
    from decides import decide

    def test_open():
        assert decide(4) == "open"
"""
WHOLE = """
    from decides import decide

    def test_open():
        assert decide(4) == "open"

    def test_wait():
        assert decide(3) == "wait"
"""


@pytest.fixture(autouse=True)
def from_the_project(
    pytester: pytest.Pytester, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    pytester.makepyprojecttoml(SETTINGS)


def run(pytester: pytest.Pytester, *options: str, **files: str) -> pytest.RunResult:
    pytester.makepyfile(**files)
    plugin = ("-p", "tests.support.fully_covered")
    return pytester.runpytest_subprocess(*plugin, "--cov", *options)


def test_a_branch_that_no_test_walked_fails_the_run_and_is_named(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--fully-covered", decides=DECIDES, test_decides=HALF)

    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("ERROR decides.py*lines [[]4], branches [[][[]2, 4]]")


@pytest.mark.parametrize("workers", [(), ("-n1",)])
def test_a_run_that_walked_every_branch_passes(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    result = run(pytester, "--fully-covered", *workers, decides=DECIDES, test_decides=WHOLE)

    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK


def test_a_file_that_went_is_a_gap_too(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--fully-covered", test_nothing="def test_nothing(): pass")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("ERROR decides.py*no such file was measured")


def test_gaps_do_not_matter_without_the_switch(pytester: pytest.Pytester) -> None:
    result = run(pytester, decides=DECIDES, test_decides=HALF)

    assert result.ret == pytest.ExitCode.OK

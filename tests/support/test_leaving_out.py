import pytest

from tests.support.leaving_out import leave_out


def test_a_test_is_skipped_with_the_remedy_where_a_program_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOLDFAST_REQUIRE_ALL", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"no Chromium .* apt-get install"):
        leave_out("Chromium", "On Debian: apt-get install chromium")


def test_a_test_fails_instead_where_everything_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOLDFAST_REQUIRE_ALL", "1")

    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        leave_out("Chromium", "On Debian: apt-get install chromium")

"""What may stand in the settings, where it may stand, and how it is said when it does not fit."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, read_settings
from bot.settings_places import file_given
from storage.keyring import write_key

KEY = write_key("k1", bytes(range(32)))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with an environment that says nothing of Holdfast."""
    for name in [name for name in os.environ if name.upper().startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused() -> str:
    """Read settings that cannot be used, and return what is said."""
    with pytest.raises(SettingsError) as error:
        read_settings()
    return error.value.message


def test_without_any_setting_everything_has_a_value() -> None:
    settings = read_settings()

    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///.holdfast/holdfast.db"
    assert (settings.host, settings.port, settings.metrics_port) == ("127.0.0.1", 8080, None)
    assert (settings.look_every_seconds, settings.lease_seconds) == (30, 300)
    assert (settings.log_level, settings.log_format) == ("info", "console")
    assert settings.master_keys is None
    assert settings.public_link == "http://127.0.0.1:8080"


def test_the_environment_is_stronger_than_dotenv_and_that_than_toml(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_PORT", "1001")
    (folder / ".env").write_text("HOLDFAST_PORT=1002\nHOLDFAST_HOST=::1\nOTHER=1\n")
    (folder / "holdfast.toml").write_text('port = 1003\nhost = "0.0.0.0"\nlog_level = "error"\n')

    settings = read_settings()

    assert (settings.port, settings.host, settings.log_level) == (1001, "::1", "error")


def test_a_file_in_the_environment_is_stronger_than_a_value_in_dotenv(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "link").write_text("https://holdfast.example.org/\n")
    monkeypatch.setenv("HOLDFAST_LINK_FILE", "link")
    (folder / ".env").write_text("HOLDFAST_LINK=https://elsewhere.example.org\n")

    assert read_settings().public_link == "https://holdfast.example.org"


@pytest.mark.parametrize("key", sorted(Settings.model_fields))
@pytest.mark.parametrize(
    ("file", "line"),
    [(".env", "HOLDFAST_{upper}_FILE=value"), ("holdfast.toml", '{key}_file = "value"')],
)
def test_every_setting_also_comes_from_a_file(
    folder: Path, key: str, file: str, line: str
) -> None:
    values = {"master_keys": KEY, "database_url": "sqlite:///a.db", "link": "http://a.example"}
    words = {
        "host": "::1",
        "log_level": "debug",
        "log_format": "json",
        "data_dir": "here",
        "keep_codes_months": "7",
        "slack_bot_token": "xoxb-1",
        "slack_app_token": "xapp-1",
        "slack_profile": "minimal",
        "slack_api": "https://slack-gov.com/api/",
    }
    (folder / "value").write_text({**values, **words}.get(key, "77"), "utf-8-sig")
    (folder / file).write_text(line.format(upper=key.upper(), key=key))

    assert key in read_settings().model_fields_set


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_PORT", "")

    assert read_settings().port == 8080


@pytest.mark.parametrize("name", ["HOLDFAST_FAILPOINTS", "HOLDFAST_REQUIRE_ALL"])
def test_what_only_tests_use_is_no_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")

    assert read_settings().model_fields_set == set()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PROT", "1", 'There is no such setting. Did you mean "HOLDFAST_PORT"?'),
        ("MASTER_KEY_FILE", "1", 'Did you mean "HOLDFAST_MASTER_KEYS_FILE"?'),
        ("QQQQQQQQ", "1", "There are: HOLDFAST_DATABASE_URL, HOLDFAST_MASTER_KEYS,"),
        ("PORT", "80a", "This must be a port: a whole number from 1 to 65535, not '80a'."),
        ("PORT", "65536", "not '65536'."),
        ("METRICS_PORT", "0", "This must be a port"),
        ("LOOK_EVERY_SECONDS", "0", "a number of seconds, above 0 and at most 3600, not '0'."),
        ("LEASE_SECONDS", "1", "a number of seconds from 10 to 86400, not '1'."),
        ("LOG_LEVEL", "chatty", "one of debug, info, warning and error, not 'chatty'."),
        ("LOG_FORMAT", "xml", "one of console and json, not 'xml'."),
        ("LINK", "holdfast.example.org", "begins with https:// or http://, not 'holdfast."),
        ("LINK", "x" * 300, f"not '{'x' * 60}…'."),
        ("DATABASE_URL", "mysql://x/y", "Holdfast does not know 'mysql': use sqlite+aiosqlite"),
        ("DATABASE_URL", "sqlite://", "SQLite needs a file"),
        ("DATABASE_URL", "here", "This is no address of a database."),
        ("MASTER_KEYS", "short", "This cannot be read as master keys. Each key is a name"),
        ("PORT_FILE", "nowhere", "The file 'nowhere' cannot be read: look at its path"),
    ],
)
def test_what_does_not_fit_is_said_with_its_name(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HOLDFAST_{name}", value)

    message = refused()

    assert f"\nHOLDFAST_{name}: " in message
    assert said in message


def test_all_problems_come_in_one_message_each_where_it_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_LOG_LVEL", "info")
    (folder / ".env").write_text("HOLDFAST_HSOT=a\n")
    (folder / "holdfast.toml").write_text('# ours\nprot = 1\nport = "x"\n\n[loglevel]\na = 1\n')

    assert refused().splitlines() == [
        "The settings cannot be used.",
        "holdfast.toml:3: port: This must be a port: a whole number from 1 to 65535, not 'x'.",
        'holdfast.toml:2: prot: There is no such setting. Did you mean "port"?',
        'holdfast.toml:5: loglevel: There is no such setting. Did you mean "log_level"?',
        '.env: HOLDFAST_HSOT: There is no such setting. Did you mean "HOLDFAST_HOST"?',
        'HOLDFAST_LOG_LVEL: There is no such setting. Did you mean "HOLDFAST_LOG_LEVEL"?',
    ]


def test_a_setting_and_its_file_in_one_place_are_one_too_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "port").write_text("81")
    monkeypatch.setenv("HOLDFAST_PORT", "80")
    monkeypatch.setenv("HOLDFAST_PORT_FILE", "port")

    assert "HOLDFAST_PORT_FILE: HOLDFAST_PORT says this too: leave one of them out." in refused()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"port = \n", "holdfast.toml:1: This is not TOML"),
        (b'host = "\xff"', "holdfast.toml:1: The file is not UTF-8."),
    ],
)
def test_a_toml_file_that_cannot_be_read_is_named_with_its_line(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / "holdfast.toml").write_bytes(content)

    assert said in refused()


def test_numbers_have_a_port_of_their_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = folder
    monkeypatch.setenv("HOLDFAST_PORT", "9100")
    monkeypatch.setenv("HOLDFAST_METRICS_PORT", "9100")

    assert "HOLDFAST_METRICS_PORT: 9100 is the port of Holdfast itself" in refused()


def test_a_dotenv_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / ".env").write_bytes(b"HOLDFAST_HOST=\xff\xfe\n")

    assert ".env: The file cannot be read" in refused()


@pytest.mark.parametrize(
    "value", [KEY, f"{KEY},{KEY.replace('k1', 'k2')}", f"{KEY}\n{KEY.replace('k1', 'k2')}"]
)
def test_master_keys_stand_on_lines_or_after_commas(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS", value)

    settings = read_settings()

    assert settings.master_keys is not None
    assert settings.master_keys.get_secret_value() == value


CANARY = "Y2FuYXJ5LWluLWEta2V5"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MASTER_KEYS", CANARY),
        ("MASTER_KEYS", f"k1:{CANARY}"),
        ("MASTER_KEYS", f"{CANARY}:k1"),
        ("DATABASE_URL", f"mysql://holdfast:{CANARY}@db/holdfast"),
        ("DATABASE_URL", CANARY),
        ("DATABASE_URL", f"postgresql://holdfast:{CANARY}@db:port/holdfast"),
    ],
)
def test_no_error_shows_a_secret(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HOLDFAST_{name}", value)

    with pytest.raises(SettingsError) as error:
        read_settings()

    assert f"HOLDFAST_{name}: " in error.value.message
    assert CANARY not in error.value.message
    assert error.value.__cause__ is None


def test_no_repr_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS", KEY)
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", f"postgresql://holdfast:{CANARY}@db/holdfast")

    settings = read_settings()

    assert KEY.split(":")[1] not in f"{settings!r} {settings} {settings.model_dump()}"
    assert CANARY not in f"{settings!r} {settings} {settings.model_dump()}"


def test_settings_do_not_change() -> None:
    settings = read_settings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"HOST": "10.0.0.1", "PORT": "90"}, "http://10.0.0.1:90"),
        ({"LINK": "https://holdfast.example.org/p/"}, "https://holdfast.example.org/p"),
    ],
)
def test_the_link_is_derived_unless_it_is_given(
    given: dict[str, str], link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ | {f"HOLDFAST_{k}": v for k, v in given.items()})

    assert read_settings().public_link == link


def test_the_help_block_keeps_its_lines_and_loses_its_blanks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(
        "HOLDFAST_HELP_NL", " Vertrouwenspersoon:  Anke, 1234 \n\nBedrijfsarts: 5678\n"
    )

    settings = read_settings()

    assert settings.help_blocks == {"nl": "Vertrouwenspersoon: Anke, 1234\nBedrijfsarts: 5678"}


def test_without_a_help_block_there_is_none() -> None:
    assert read_settings().help_blocks == {}


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("a\nb\nc\nd", "HOLDFAST_HELP_EN: This has 4 lines: write at most 3, such as"),
        ("x" * 301, "HOLDFAST_HELP_EN: This has 301 characters: it stands in a message"),
        ("call \x1b[31m112", "HOLDFAST_HELP_EN: A character in this cannot be shown"),
    ],
)
def test_a_help_block_that_does_not_fit_is_refused(
    block: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_HELP_EN", block)

    assert said in refused()


def test_a_help_block_of_three_hundred_characters_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_HELP_EN", "x" * 300)

    assert len(read_settings().help_blocks["en"]) == 300


@pytest.mark.parametrize(
    ("environment", "dotenv", "toml", "file"),
    [
        ({"HOLDFAST_LINK_FILE": "a"}, "HOLDFAST_LINK_FILE=b", "", "a"),
        ({}, "HOLDFAST_LINK_FILE=b", 'link_file = "c"', "b"),
        ({}, "", 'link_file = "c"', "c"),
        ({"HOLDFAST_LINK": "https://x.example.org"}, "HOLDFAST_LINK_FILE=b", "", None),
        ({}, "", "", None),
    ],
)
def test_the_file_that_a_setting_stands_in_is_known(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    dotenv: str,
    toml: str,
    file: str | None,
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, **environment})
    (folder / ".env").write_text(dotenv)
    (folder / "holdfast.toml").write_text(toml)

    assert file_given(Settings, "link") == (Path(file) if file else None)

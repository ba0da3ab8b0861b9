"""The settings: read once; the environment is stronger than `.env`, and that than `holdfast.toml`.

Every setting also takes a file: HOLDFAST_MASTER_KEYS_FILE names the file that holds the keys. An
unknown name is an error, and all errors come in one message, in which no value of a secret stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import BadContent
from bot.retention import CODES_MONTHS, TEXTS_DAYS
from bot.settings_places import (
    DOTENV,
    PREFIX,
    TOML,
    Given,
    Givens,
    Place,
    places,
    shortened,
    unknown,
)
from storage import engines
from storage.errors import BadKey, StorageError
from storage.keyring import Keyring

_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+(?:/\S*)?")
_SECRETS: Final = frozenset(
    {
        "database_url",
        "master_keys",
        "slack_app_token",
        "slack_bot_token",
        "slack_client_secret",
        "slack_signing_secret",
    }
)
_TOKENS: Final[Mapping[str, str]] = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
HELP_LINES: Final = 3
HELP_CHARACTERS: Final = 300
_KEY_FORM: Final = (
    "Each key is a name (of a-z, 0-9, '.' and '-'), a colon and 32 bytes in base64. Each stands "
    "on a line of its own or after a comma, the current one first."
)


class SettingsError(BadContent):
    """The settings cannot be used as they are."""


class Settings(BaseSettings):
    """All settings; a description says what the value must be, and stands in error messages."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=DOTENV,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr = Field(
        default=SecretStr("sqlite+aiosqlite:///.holdfast/holdfast.db"),
        description="the address of a SQLite file or of a PostgreSQL database",
    )
    master_keys: SecretStr | None = Field(
        default=None, description="master keys, each written as name:base64"
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="an address of this machine to listen on"
    )
    port: int = Field(
        default=8080, ge=1, le=65535, description="a port: a whole number from 1 to 65535"
    )
    link: str = Field(default="", description="an address that begins with https:// or http://")
    look_every_seconds: float = Field(
        default=30, gt=0, le=3600, description="a number of seconds, above 0 and at most 3600"
    )
    lease_seconds: float = Field(
        default=300, ge=10, le=86400, description="a number of seconds from 10 to 86400"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="one of debug, info, warning and error"
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="one of console and json"
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, description="a port: a whole number from 1 to 65535"
    )
    data_dir: Path = Field(default=Path(".holdfast"), description="the path of a folder")
    erasures_file: Path | None = Field(default=None, description="the path of a file")
    # Where backups go that Holdfast makes by itself; without it `backups` in the folder for data.
    backups_dir: Path | None = Field(default=None, description="the path of a folder")
    # How long what people wrote and chose is kept: never longer than they were promised.
    keep_texts_days: int = Field(
        default=TEXTS_DAYS,
        ge=1,
        le=TEXTS_DAYS,
        description=f"a number of days after the training, from 1 to {TEXTS_DAYS}",
    )
    keep_codes_months: int = Field(
        default=CODES_MONTHS,
        ge=1,
        le=CODES_MONTHS,
        description=f"a number of months after day 90, from 1 to {CODES_MONTHS}",
    )
    # Slack: with a signing secret it is connected; a bot token, or a client to install with.
    slack_signing_secret: SecretStr | None = Field(
        default=None, min_length=1, description="the signing secret of the app in Slack"
    )
    slack_bot_token: SecretStr | None = Field(
        default=None, description="a bot token of Slack, which begins with xoxb-"
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="an app-level token of Slack, which begins with xapp-"
    )
    slack_client_id: str = Field(default="", description="the client id of the app in Slack")
    slack_client_secret: SecretStr | None = Field(
        default=None, description="the client secret of the app in Slack"
    )
    slack_profile: Literal["minimal", "conversational", "channels"] = Field(
        default="conversational", description="one of minimal, conversational and channels"
    )
    # GovSlack has another one.
    slack_api: str = Field(
        default="https://slack.com/api/", description="the address of Slack's Web API"
    )
    # Whom to talk to in the organisation: confidential adviser, peer support, company doctor.
    help_nl: str = Field(
        default="", description="at most three lines and 300 characters: whom to talk to, in Dutch"
    )
    help_en: str = Field(
        default="",
        description="at most three lines and 300 characters: whom to talk to, in English",
    )

    @property
    def public_link(self) -> str:
        """The address shown in messages; derived from host and port where none is given."""
        return self.link or f"http://{self.host}:{self.port}"

    @property
    def help_blocks(self) -> Mapping[str, str]:
        """The organisation's help block by language; a language that has none is left out."""
        blocks = {"nl": self.help_nl, "en": self.help_en}
        return {language: block for language, block in blocks.items() if block}

    @field_validator("*", mode="before")
    @classmethod
    def _taken_out(cls, given: object) -> object:
        if not isinstance(given, Given):
            return given
        if given.fault:
            raise ValueError(given.fault)
        return given.value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        try:
            engines.read_url(url.get_secret_value())
        except StorageError as error:
            raise ValueError(error.message) from None
        return url

    @field_validator("metrics_port")
    @classmethod
    def _apart(cls, port: int | None, given: ValidationInfo) -> int | None:
        if port is not None and port == given.data.get("port"):
            raise ValueError(
                f"{port} is the port of Holdfast itself: numbers go to one that nobody reaches "
                "from outside, such as 9100."
            )
        return port

    @field_validator("master_keys")
    @classmethod
    def _well_formed(cls, keys: SecretStr | None) -> SecretStr | None:
        try:
            _ = keys and Keyring.read(keys.get_secret_value())
        except BadKey:
            # Its own words name the key, and whoever wrote name and key the wrong way round
            # would read the key there.
            raise ValueError(f"This cannot be read as master keys. {_KEY_FORM}") from None
        return keys

    @field_validator("link", "slack_api")
    @classmethod
    def _is_address(cls, link: str, given: ValidationInfo) -> str:
        if link and not _ADDRESS.fullmatch(link):
            name = str(given.field_name)
            raise ValueError(f"This must be {_description(name)}, not '{shortened(link)}'.")
        return link.rstrip("/") + ("/" if given.field_name == "slack_api" else "")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_token(cls, token: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
        begins = _TOKENS[str(given.field_name)]
        if token is not None and not token.get_secret_value().startswith(begins):
            raise ValueError(f"This must be {_description(str(given.field_name))}.")
        return token

    @field_validator("help_nl", "help_en")
    @classmethod
    def _fits_a_message(cls, block: str) -> str:
        lines = [" ".join(line.split()) for line in block.splitlines() if line.strip()]
        kept = "\n".join(lines)
        if len(lines) > HELP_LINES:
            raise ValueError(
                f"This has {len(lines)} lines: write at most {HELP_LINES}, such as one for the "
                "confidential adviser, one for peer support and one for the company doctor."
            )
        if len(kept) > HELP_CHARACTERS:
            raise ValueError(
                f"This has {len(kept)} characters: it stands in a message, so write at most "
                f"{HELP_CHARACTERS}."
            )
        if not kept.replace("\n", "").isprintable():
            raise ValueError("A character in this cannot be shown: write plain text.")
        return kept

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the three places our way: with `*_FILE`, and with the names that are unknown."""
        _ = env_settings, dotenv_settings, file_secret_settings
        return init_settings, *(Place(settings_cls, given) for given in places(settings_cls))


def read_settings() -> Settings:
    """Read the settings that hold for this process, in this folder.

    Raises:
        SettingsError: with every problem in one message.

    """
    try:
        return Settings()
    except ValidationError as error:
        problems = _in_words(error.errors(include_url=False))
    except (OSError, UnicodeDecodeError):
        problems = [
            f"{DOTENV}: The file cannot be read: look at its rights, and save it as UTF-8."
        ]
    raise SettingsError("\n".join(("The settings cannot be used.", *problems)))


def _in_words(errors: Iterable[ErrorDetails]) -> list[str]:
    given: dict[str, Given] = {}
    for place in reversed(places(Settings)):
        given.update(place)
    return [_problem(str(error["loc"][0]), error, given) for error in errors]


def _problem(key: str, error: ErrorDetails, givens: Givens) -> str:
    given = givens.get(key, Given(PREFIX + key.upper(), None))
    if key == TOML:
        return given.name  # no setting, but why the file cannot be read
    if error["type"] == "extra_forbidden":
        return unknown(key, given, Settings.model_fields)
    if error["type"] == "value_error":
        return f"{given.name}: {error['ctx']['error']}"
    found = "" if key in _SECRETS else f", not '{shortened(given.value)}'"
    return f"{given.name}: This must be {_description(key)}{found}."


def _description(key: str) -> str:
    return Settings.model_fields[key].description or ""

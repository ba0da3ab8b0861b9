"""The three places that settings come from: the environment, `.env` and `holdfast.toml`.

A value never travels alone: with it goes the name under which a person wrote it, so that an error
can point there. What cannot be read is no exception but a value with a fault.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)

from bot.toml_file import Problem, read_toml

PREFIX: Final = "HOLDFAST_"
DOTENV: Final = ".env"
TOML: Final = "holdfast.toml"
NOT_SETTINGS: Final = frozenset({"HOLDFAST_FAILPOINTS", "HOLDFAST_REQUIRE_ALL"})
"""Names with our prefix that only tests use."""

_FILE: Final = "_file"
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was given: the name it stands under, and why it cannot be used, if so."""

    name: str
    value: object = field(repr=False)
    fault: str = ""


Givens = Mapping[str, Given]


class Place(PydanticBaseSettingsSource):
    """One place that settings come from, as pydantic-settings wants it."""

    def __init__(self, settings_cls: type[BaseSettings], given: Givens) -> None:
        super().__init__(settings_cls)
        self._given = given

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Give one value, its key, and that it is no JSON."""
        _ = field
        return self._given.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Give everything that stands here, known or not."""
        return dict(self._given)


def places(settings_cls: type[BaseSettings]) -> tuple[Givens, ...]:
    """Read the three places as they are now, the strongest first.

    Raises:
        OSError, UnicodeDecodeError: `.env` cannot be read.

    """
    known = settings_cls.model_fields
    return tuple(_with_files(place, known) for place in _written(settings_cls))


def file_given(settings_cls: type[BaseSettings], key: str) -> Path | None:
    """Name the file in which the value of a setting stands; None when it stands in no own file.

    Raises as `places` does.
    """
    for place in _written(settings_cls):
        if key in place:
            return None
        if f"{key}{_FILE}" in place:
            return Path(str(place[f"{key}{_FILE}"].value))
    return None


def unknown(key: str, given: Given, known: Collection[str]) -> str:
    """Say that there is no such setting, and which one may be meant."""
    ours = PREFIX in given.name
    near = get_close_matches(key, (*known, *(f"{each}{_FILE}" for each in known)), n=1)
    spelled = [PREFIX + each.upper() if ours else each for each in near or known]
    remedy = f'Did you mean "{spelled[0]}"?' if near else f"There are: {', '.join(spelled)}."
    return f"{given.name}: There is no such setting. {remedy}"


def shortened(value: object) -> str:
    """Return a value as it may stand in a message: on one line, and not too long."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _written(settings_cls: type[BaseSettings]) -> tuple[Givens, ...]:
    """Read the three places as they are written, with the names of files as they are."""
    environment = EnvSettingsSource(settings_cls).env_vars
    dotenv = DotEnvSettingsSource(settings_cls).env_vars
    return _prefixed(environment, ""), _prefixed(dotenv, f"{DOTENV}: "), _from_toml(Path())


def _prefixed(names: Mapping[str, str | None], place: str) -> dict[str, Given]:
    """Take what has our prefix; `.env` and the environment serve other programs too."""
    ours = {name.upper(): value for name, value in names.items() if value}
    return {
        name.removeprefix(PREFIX).lower(): Given(f"{place}{name}", value)
        for name, value in ours.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }


def _from_toml(folder: Path) -> dict[str, Given]:
    if not (folder / TOML).exists():
        return {}
    read = read_toml(folder, TOML)
    if isinstance(read, Problem):
        return {TOML: Given(str(read), None)}
    return {
        key: Given(f"{TOML}:{read.line((key,))}: {key}", value)
        for key, value in read.table.items()
    }


def _with_files(place: Givens, known: Collection[str]) -> Givens:
    """Put what files hold in the place of their names."""
    plain = {key: given for key, given in place.items() if not _names_file_of(key, known)}
    opened = {
        setting: _opened(given, plain.get(setting))
        for key, given in place.items()
        if (setting := _names_file_of(key, known))
    }
    return {**plain, **opened}


def _names_file_of(key: str, known: Collection[str]) -> str:
    """Name the setting whose file this key names; empty when it names none."""
    setting = key.removesuffix(_FILE)
    return setting if key.endswith(_FILE) and setting in known else ""


def _opened(given: Given, twin: Given | None) -> Given:
    if twin is not None:
        return Given(given.name, None, f"{twin.name} says this too: leave one of them out.")
    try:
        return Given(given.name, Path(str(given.value)).read_text("utf-8-sig").strip())
    except (OSError, ValueError):
        path = shortened(given.value)
        fault = f"The file '{path}' cannot be read: look at its path and rights."
        return Given(given.name, None, fault)

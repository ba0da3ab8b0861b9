"""What can be wrong with a folder of texts, and how it is said."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import BadContent
from bot.lexicon import TEXTS
from bot.rows import PLACEHOLDER, filled_length
from bot.text_files import NO_TEXTS, load_rows

ROWS = load_rows(TEXTS)
EVERY_TEXT = [
    pytest.param(text, id=f"{language} {key} {form}")
    for language, rows in ROWS.items()
    for key, row in rows.items()
    for form, text in row.forms.items()
]

Fault = Callable[[str, str], str]


@pytest.mark.parametrize("text", EVERY_TEXT)
def test_every_text_reads_in_one_go(text: str) -> None:
    assert filled_length(text) <= 300
    assert "!" not in text
    assert text == text.strip()
    assert not re.search(r"\bu\b|  ", PLACEHOLDER.sub("x", text))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_row_belongs_to_a_file(language: str) -> None:
    files = {path.stem for path in (TEXTS / language).glob("*.toml")} - NO_TEXTS

    assert {key.split(".")[0] for key in ROWS[language]} == files


@pytest.fixture
def problems(tmp_path: Path) -> Fault:
    def write(nl: str, en: str) -> str:
        for language, source in {"nl": nl, "en": en}.items():
            (tmp_path / language).mkdir()
            (tmp_path / language / "chat.toml").write_text(source, "utf-8")
        with pytest.raises(BadContent) as refused:
            load_rows(tmp_path)
        return str(refused.value)

    return write


FINE = '[hi]\ntext = "Hi {name}"\n'


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("hi = 3", "nl/chat.toml:1: [hi] This is not a row."),
        ("[hi]\ntexts = 'x'", 'nl/chat.toml:2: [hi] Unknown key "texts". Did you mean "text"?'),
        ("[hi]\n", 'nl/chat.toml:1: [hi] The row has no "text". Write it.'),
        ("[hi]\ntext = ' '", "nl/chat.toml:2: [hi] The text is empty."),
        ("[hi]\n\ntext = 3", "nl/chat.toml:3: [hi] This is not a text. Put it in quotes."),
        ("[hi]\ntext = 'Hi {nam}'", 'Unknown placeholder {nam}. Did you mean "name"?'),
        ("[hi]\ntext = 'Hi { name }'", "A brace stands alone."),
        ("[hi]\ntext = 'Hi {name'", "A brace stands alone."),
        (
            f"[hi]\ntext = '{'x' * 281}{{name}}'",
            (
                "nl/chat.toml:2: [hi] Filled in, this is up to 301 characters. "
                "Shorten it to at most 300."
            ),
        ),
        (f"[hi]\ntext = 'x'\ndeeper = '{'x' * 301}'", "nl/chat.toml:3: [hi] Filled in"),
        ("[hi]\ntext = 'x'\noptions = 'Ja'", "These are no options."),
        (
            f"[hi]\ntext = 'x'\noptions.a = 'A'\noptions.b = '{'x' * 25}'",
            (
                "nl/chat.toml:4: [hi] Filled in, this is up to 25 characters. "
                "Shorten it to at most 24."
            ),
        ),
        ("[hi]\ntext = 'x'\noptions.a = 'A'\noptions.b = 'a'", "Two options have the same label."),
        ("[hi]\ntext = 'x'\noptions.a = 'A {name}'", "Unknown placeholder {name}. Nothing can"),
        ("[hi]\ntext = 'x'\noptions.a = 3", "This is not a text."),
        (
            "[hi]\ntext = 'x'\n" + "\n".join(f"options.o{n} = 'O{n}'" for n in range(101)),
            "101 options. Keep at most 100.",
        ),
        ("[hi.text]\nmany = 'x'\nother = 'y'", 'nl/chat.toml:2: [hi] Unknown plural form "many".'),
        ("[hi.text]\none = 'x'", 'The plural form "other" is missing.'),
        ("[hi", "nl/chat.toml:1: This is not TOML:"),
        ("[hi]\ntext = 'x'\ntext = 'y'", "nl/chat.toml:3: This is not TOML:"),
    ],
)
def test_a_fault_is_named(problems: Fault, source: str, what: str) -> None:
    assert what in problems(source, FINE)


def test_a_select_may_have_longer_labels(problems: Fault) -> None:
    options = "\n".join(f"options.o{n} = '{n} {'x' * 70}'" for n in range(6))

    assert "characters" not in problems(f"[hi]\ntext = 'x'\n{options}", FINE)


@pytest.mark.parametrize(
    ("nl", "en", "what"),
    [
        (FINE, FINE + "[bye]\ntext = 'x'", "nl/chat.toml:1: [bye] The row is missing."),
        (FINE, "[hi]\ntext = 'Hi'", "Not in both this and en: {name}."),
        (FINE, FINE + "deeper = 'x'", 'Only this or en has a "deeper".'),
        (
            FINE + "options.a = 'A'\noptions.b = 'B'",
            FINE + "options.b = 'B'",
            "The options differ",
        ),
    ],
)
def test_the_languages_say_the_same(problems: Fault, nl: str, en: str, what: str) -> None:
    assert what in problems(nl, en)


def test_a_capital_makes_no_other_placeholder(tmp_path: Path) -> None:
    for language, source in {"nl": "{training} komt.", "en": "{Training} comes."}.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "chat.toml").write_text(f"[hi]\ntext = '{source}'")

    assert set(load_rows(tmp_path)) == {"nl", "en"}


def test_a_file_that_one_language_lacks_is_named(tmp_path: Path) -> None:
    for file in ("nl/chat.toml", "en/chat.toml", "en/bye.toml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(FINE)

    with pytest.raises(BadContent, match=r"nl/bye\.toml:1: The file is missing\. Translate"):
        load_rows(tmp_path)


def test_all_faults_come_at_once(problems: Fault) -> None:
    said = problems("[hi]\ntext = 3", "[hi]\ntext = 4")

    assert said.splitlines()[0].startswith("en/chat.toml:2:")
    assert said.splitlines()[1].startswith("nl/chat.toml:2:")


def test_the_word_lists_have_the_same_parts_in_both_languages() -> None:
    nl, en = (tomllib.loads((TEXTS / one / "lexicon.toml").read_text()) for one in ("nl", "en"))

    assert nl.keys() == en.keys()
    assert nl["commands"].keys() == en["commands"].keys()
    assert nl["external"].keys() == en["external"].keys()

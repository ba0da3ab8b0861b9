"""Whatever a page or a comment points to exists, and nothing names the place it was made in."""

import pkgutil
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from bot.lexicon import TEXTS
from bot.words import Words

ROOT = Path(__file__).parents[2]
# What tools and runs leave behind, and the one hidden folder that is ours.
LEFT_BEHIND = (".*", "build", "dist", "*.egg-info", "__pycache__")
OURS = (".ci", ".editorconfig", ".gitignore", ".pre-commit-config.yaml")
PLACES = "bot|scheduler|storage|migrations|tests|tools"
# A letter in brackets keeps this list from finding itself.
ELSEWHERE = re.compile(
    r"(?<![\w.])/wor[k]\b|\.\./share[d]|share[d]/design|\bissues?\W{0,2}\d|/tmp/[h]f"
    r"|pypi\.or[g]|pythonhoste[d]|registry\.npmj[s]|proxy\.golan[g]|crates\.i[o]|--index-ur[l]",
    re.IGNORECASE,
)


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(
        part not in OURS and any(fnmatch(part, each) for each in LEFT_BEHIND) for part in parts
    )


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _is_ours(path):
            yield from _walk(path) if path.is_dir() else (path,)


@cache
def _texts() -> dict[str, str]:
    """Give every file that is text, by its path from the root."""
    found = {}
    for path in _walk(ROOT):
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
    return found


def _cited(pattern: str, files: str = "*") -> set[str]:
    """Give what the first group of a pattern finds in the files of these names."""
    return {
        found
        for name, text in _texts().items()
        if fnmatch(name, files)
        for found in re.findall(pattern, text)
    }


def _pages() -> dict[str, str]:
    return {name: text for name, text in _texts().items() if name.endswith(".md")}


def _is_there(cited: str) -> bool:
    return (ROOT / cited).exists() or (ROOT / f"{cited}.md").exists()


def _is_name(name: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def _broken_links(name: str, text: str) -> list[str]:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    return [
        f"{name}: {link}" for link in links if not (ROOT / name).parent.joinpath(link).exists()
    ]


def test_every_page_that_is_cited_exists() -> None:
    cited = _cited(r"(?<![\w/])(docs/[\w./-]*\w)")

    assert [page for page in sorted(cited) if not _is_there(page)] == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    assert [each for page in _pages().items() for each in _broken_links(*page)] == []


def test_every_rule_of_the_schedule_that_is_cited_exists() -> None:
    phrases = _cited(r"\b[Rr]ules?((?:(?: |, | and )\d\.\d)+)")
    cited = {rule for phrase in phrases for rule in re.findall(r"\d\.\d", phrase)}

    assert cited
    assert cited - _cited(r"(?m)^- \*\*(\d\.\d)\*\*", "docs/schedule.md") == set()


def test_every_section_of_the_schedule_that_is_cited_exists() -> None:
    cited = _cited(r"docs/schedule(?:\.md)? sections? (\d)")

    assert cited
    assert cited - _cited(r"(?m)^## (\d)\.", "docs/schedule.md") == set()


def test_every_section_of_the_dialogues_that_is_cited_exists() -> None:
    phrases = _cited(r"\(dialogues (?:§|section )?([0-9a-z](?:, [0-9a-z])*)\b")
    cited = {section for phrase in phrases for section in phrase.split(", ")}

    assert cited
    assert cited - _cited(r"(?m)^## ([0-9a-z])\.", "docs/dialogues.md") == set()


def test_every_row_of_the_evidence_that_is_cited_exists() -> None:
    rows = _cited(r'<a id="e\d+"></a>(E\d+) ', "docs/evidence.md")
    in_code = {
        row for place in PLACES.split("|") for row in _cited(r"\b(E\d\d?)\b", f"{place}/*.py")
    }
    in_pages = _cited(r"\b(E\d\d?)\b", "docs/*.md")

    assert in_code
    assert (in_code | in_pages) - rows == set()


def test_every_source_of_the_evidence_is_listed() -> None:
    cited = _cited(r"\[(S\d+)\]", "docs/evidence.md")

    assert cited == _cited(r"\*\*(S\d+)\*\*", "docs/evidence.md")


def test_every_row_that_a_text_stands_for_is_described() -> None:
    behind_texts = _cited(r"(?m)^\[\w+\]\s+# ([A-Z]\d+[a-z]?)\b", "bot/texts/*.toml")

    assert behind_texts
    assert behind_texts - _cited(r"\b([A-Z]\d+[a-z]?)\b", "docs/dialogues.md") == set()


def test_every_text_that_is_described_exists() -> None:
    words = Words.load(TEXTS)
    files = "|".join(path.stem for path in (TEXTS / "nl").glob("*.toml"))
    described = _cited(rf"`((?:{files})\.\w+)`", "docs/dialogues.md") - {"common.toml"}

    assert described
    assert [text for text in sorted(described) if not words.has(text)] == []


def test_every_decision_is_listed() -> None:
    decisions = {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}

    assert decisions == _cited(r"\]\((\d{4}-[\w-]+\.md)\)", "docs/decisions/README.md")


def test_pages_name_only_modules_that_exist() -> None:
    named = _cited(rf"(?<![\w/.])((?:{PLACES})(?:\.[A-Za-z_]\w*)+)", "*.md")

    assert "bot.talk.take" in named
    assert [name for name in sorted(named) if not _is_name(name)] == []


def test_pages_name_only_files_that_exist() -> None:
    named = _cited(rf"(?<![\w/.])((?:{PLACES})/[\w./-]*\w)", "*.md")
    filled_in = {path for path in named if not re.search("[A-Z]{4}", path)}  # NAME is for you

    assert "bot/dialogues/welcome.py" in filled_in
    assert [path for path in sorted(filled_in) if not (ROOT / path).exists()] == []


def test_nothing_names_the_place_it_was_made_in() -> None:
    found = [
        f"{name}: {line.strip()[:80]}"
        for name, text in _texts().items()
        for line in text.splitlines()
        if ELSEWHERE.search(line)
    ]

    assert found == []

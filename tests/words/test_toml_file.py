"""Where a value stands, and what cannot be read."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.toml_file import Problem, TomlFile, Where, nearest, read_toml

SOURCE = '''\
# a comment with [brackets] = "and quotes
top = 1.5
"quoted key" = 'x' # comment
a.b = """
two
lines"""

[table]
list = [
  "first", # one ] in a comment
  "second ] [ = ",
  ["nested",
    { deep = 1, deeper = 2 }],
]
inline = { x = 1, y = { z = 2 } }
last = \'\'\'
it's "" here\'\'\'

[table."sub table".more]
k = true

[[many]]
name = "one"

[[many]]
name = "two"
[many.sub]
x = 1
[[many.sub.items]]
y = 1979-05-27T07:32:00Z
'''


@pytest.fixture
def toml(tmp_path: Path) -> TomlFile:
    (tmp_path / "x.toml").write_text(SOURCE)
    read = read_toml(tmp_path, "x.toml")
    assert isinstance(read, TomlFile)
    return read


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("a", "b"), 4),
        (("a",), 4),
        (("table",), 8),
        (("table", "list"), 9),
        (("table", "list", 0), 10),
        (("table", "list", 1), 11),
        (("table", "list", 2), 12),
        (("table", "list", 2, 1, "deep"), 13),
        (("table", "list", 2, 1, "deeper"), 13),
        (("table", "inline", "y", "z"), 15),
        (("table", "last"), 16),
        (("table", "sub table", "more", "k"), 20),
        (("many", 0), 22),
        (("many", 0, "name"), 23),
        (("many", 1), 25),
        (("many", 1, "name"), 26),
        (("many", 1, "sub", "x"), 28),
        (("many", 1, "sub", "items", 0, "y"), 30),
        (("many", 1, "absent"), 25),
        (("absent",), 1),
    ],
)
def test_a_value_stands_on_its_line(toml: TomlFile, where: Where, line: int) -> None:
    assert toml.line(where) == line


def places(value: object, where: Where = ()) -> set[Where]:
    items: list[tuple[str | int, object]] = []
    match value:
        case dict():
            items = list(value.items())
        case list():
            items = list(enumerate(value))
    inner = [place for key, one in items for place in places(one, (*where, key))]
    return {where, *inner} - {()}


def test_every_value_has_a_line(toml: TomlFile) -> None:
    assert places(tomllib.loads(SOURCE)) == set(toml.lines)


keys = st.text(alphabet="ab-_1 .\"'[]=#{}é", min_size=1, max_size=5)
scalars = st.one_of(
    st.integers(-9, 9), st.booleans(), st.text(alphabet="a'\"\n[]{}#=,\\", max_size=6)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:  # noqa: ANN401
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            pairs = (f"{quoted(key)} = {written(one)}" for key, one in value.items())
            return f"{{{', '.join(pairs)}}}"
    return str(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@given(table=st.dictionaries(keys, values, max_size=4))
def test_any_table_is_found_again(
    table: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    source = "".join(f"\n{quoted(key)} = {written(value)}\n" for key, value in table.items())
    (folder / "x.toml").write_text(source)

    read = read_toml(folder, "x.toml")

    assert isinstance(read, TomlFile)
    assert read.table == table
    assert set(read.lines) == places(table)
    assert [read.line((key,)) for key in table] == [2 * n + 2 for n in range(len(table))]


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"a = 1\nb = \xff", 2, "not UTF-8"),
        (b"a = 1\nb = ", 2, "not TOML"),
        (b"a = 1\nb = 'x", 2, "not TOML"),
        (b"a = 1\n\n\nb = = 3\n", 4, "not TOML"),
        (b"a = " + b"[" * 100_000, 1, "cannot be read"),
        (b"a = " + b"9" * 5_000, 1, "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_where(
    tmp_path: Path, content: bytes, line: int, what: str
) -> None:
    (tmp_path / "x.toml").write_bytes(content)

    problem = read_toml(tmp_path, "x.toml")

    assert isinstance(problem, Problem)
    assert problem.line == line
    assert what in problem.what


def test_what_windows_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")

    read = read_toml(tmp_path, "x.toml")

    assert isinstance(read, TomlFile)
    assert (read.table, read.line(("b",))) == ({"a": 1, "b": 2}, 2)


@pytest.mark.parametrize(
    ("name", "what"), [("absent.toml", "missing"), (".", "opened"), ("a\0b", "opened")]
)
def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path, name: str, what: str) -> None:
    problem = read_toml(tmp_path, name)

    assert isinstance(problem, Problem)
    assert what in problem.what


@pytest.mark.parametrize(
    ("name", "known", "remedy"),
    [
        ("point", ["points", "text"], 'Did you mean "points"?'),
        ("xyz", ["question", "right"], "Known here: question, right."),
        ("xyz", [], "Nothing can stand here."),
    ],
)
def test_an_unknown_name_is_helped(name: str, known: list[str], remedy: str) -> None:
    assert nearest(name, known) == remedy


def test_a_problem_is_one_line() -> None:
    assert str(Problem("nl/x.toml", 3, "It is red.", "Paint it.")) == (
        "nl/x.toml:3: It is red. Paint it."
    )

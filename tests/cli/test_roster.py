"""What a list of people may look like, and what is said when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roster import LONGEST, MOST_PROBLEMS, Entry, Spoken, normal, read

SPOKEN = Spoken(
    languages=("nl", "en"),
    zones=("Europe/Amsterdam", "Europe/London", "America/New_York", "UTC"),
    language="nl",
    zone="Europe/Amsterdam",
)
SANNE = Entry(2, "Sanne", "sanne@example.org", "nl", "Europe/Amsterdam")


def said(content: str | bytes) -> list[str]:
    """Return the problems of a list, as they are printed."""
    written = content.encode() if isinstance(content, str) else content
    return [str(problem) for problem in read("people.csv", written, SPOKEN).problems]


@pytest.mark.parametrize(
    "content",
    [
        "name,email\nSanne,sanne@example.org",
        "name,email\r\nSanne,sanne@example.org\r\n",
        "name,email\rSanne,sanne@example.org\r",
        "name;email\nSanne;sanne@example.org\n",
        "name\temail\nSanne\tsanne@example.org\n",
        "\ufeffname,email\nSanne,sanne@example.org\n",
        " Name , E-MAIL \nSanne,sanne@example.org\n".replace("E-MAIL", "EMAIL"),
        '"name","email"\n"Sanne","sanne@example.org"\n',
        "email,name\nsanne@example.org,Sanne\n",
        "name,email,language,zone,manager_email\nSanne,sanne@example.org,,,\n",
        "name,email,language,zone\nSanne,sanne@example.org,NL,Europe/Amsterdam\n",
        "name,email,language\nSanne,sanne@example.org\n",
        "name,email\n  Sanne ,\u00a0sanne@example.org\n,\n\n",
    ],
)
def test_a_list_may_be_written_as_spreadsheets_write_it(content: str) -> None:
    assert read("people.csv", content.encode(), SPOKEN).entries == (SANNE,)


def test_everything_that_a_row_says_is_read() -> None:
    content = (
        "name,email,language,zone,manager_email\n"
        '"Emma ""Em"" Jones, PhD",Emma@Example.org,en,Europe/London,sanne@example.org\n'
    )

    assert read("people.csv", content.encode(), SPOKEN).entries == (
        Entry(
            2,
            'Emma "Em" Jones, PhD',
            "Emma@Example.org",
            "en",
            "Europe/London",
            "sanne@example.org",
        ),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "1: There is nobody in this list."),
        ("name,email\n", "1: There is nobody in this list."),
        ("name,emial\nA,a@x.nl", "1: Unknown column 'emial'. Did you mean \"email\"?"),
        ("naam,email\nA,a@x.nl", "1: Unknown column 'naam'. Did you mean \"name\"?"),
        ("name\nA", "1: There is no column 'email'."),
        (
            "name,email,email\nA,a@x.nl,b@x.nl",
            "1: The column 'email' is here twice. Take one out.",
        ),
        ("name,email\nA,a@x.nl,b", "2: This row has 3 values for 2 columns."),
        ("name,email\n\nA", "3: This row has 1 values for 2 columns."),
        ("name,email\n,a@x.nl", "2: The name is missing. Write what this person is called."),
        ("name,email\nA,", "2: The e-mail address is missing. It tells people apart."),
        ("name,email\nA,at home", "2: This is no e-mail address. Write one, as name@example.org."),
        (
            "name,email,manager_email\nA,a@x.nl,boss",
            "2: The manager's e-mail address is none. Write one, or leave it empty.",
        ),
        (
            "name,email,manager_email\nA,a@x.nl,A@X.nl",
            "2: This person would be their own manager.",
        ),
        ("name,email,language\nA,a@x.nl,fr", "2: Unknown language 'fr'. Choose from: en, nl."),
        (
            "name,email,zone\nA,a@x.nl,Europe/Amstredam",
            "2: Unknown zone 'Europe/Amstredam'. Did you mean \"Europe/Amsterdam\"?",
        ),
        (
            "name,email,zone\nA,a@x.nl,new york",
            "2: Unknown zone 'new york'. Did you mean \"America/New_York\"?",
        ),
        (
            "name,email,zone\nA,a@x.nl,qqq",
            "2: Unknown zone 'qqq'. Write one such as Europe/Amsterdam.",
        ),
        (
            'name,email\n"A\nB",a@x.nl\nC,A@x.nl',
            "4: This e-mail address stands on line 2 already. Keep one row for each person.",
        ),
        ('name,email\n"A,a@x.nl', "2: This is not CSV."),
        (
            f"name,email\n{'A' * (LONGEST + 1)},a@x.nl",
            f"2: The value under 'name' is longer than {LONGEST} characters or unreadable.",
        ),
        (
            "name,email\nA\x00,a@x.nl",
            f"2: The value under 'name' is longer than {LONGEST} characters or unreadable.",
        ),
        (
            f"name,email,{'x' * 99}\nA,a@x.nl,",
            f"1: Unknown column '{'x' * 40}…'. Known here: email,",
        ),
    ],
)
def test_each_problem_is_said_with_its_line_and_remedy(content: str, problem: str) -> None:
    [found] = said(content)

    assert found.startswith(f"people.csv:{problem}")
    assert found[-1] in ".?"


def test_a_file_that_is_not_utf8_is_said_with_the_line() -> None:
    assert said(b"name,email\nZo\xe9,zoe@example.org\n") == [
        "people.csv:2: The file is not UTF-8. Save it from your spreadsheet as 'CSV UTF-8'."
    ]


def test_every_problem_is_said_at_once_in_the_order_of_the_lines() -> None:
    content = "name,email,language,zone\n,b,fr,x\nA,a@x.nl,nl,Mars\n,c@x.nl,,\n"

    assert [problem.split(":")[1] for problem in said(content)] == ["2"] * 4 + ["3", "4"]


def test_one_problem_leaves_nobody() -> None:
    content = b"name,email\nSanne,sanne@example.org\nBram,\n"

    assert read("people.csv", content, SPOKEN).entries == ()


def test_not_more_problems_are_said_than_can_be_read() -> None:
    rows = "".join(f"A,{number}\n" for number in range(1000))

    assert len(said(f"name,email\n{rows}")) == MOST_PROBLEMS


def test_no_problem_tells_a_name_or_an_address() -> None:
    content = "name,email,manager_email\nCanary,canary at home,canary\nCanary,c@x.nl,C@x.nl\n"

    assert said(content)
    assert "anary" not in "\n".join(said(content))


@pytest.mark.parametrize("email", ["A@X.NL", " a@x.nl ", "ａ@x.nl"])
def test_an_address_is_the_same_however_it_is_written(email: str) -> None:
    assert normal(email) == "a@x.nl"


VALUES = st.text(st.sampled_from("aé@.,;\t\"'\r\n\x00\u2028 "), max_size=12) | st.sampled_from(
    ["a@x.nl", "nl", "Europe/London", "name", "email"]
)
TABLES = st.lists(st.lists(VALUES, max_size=6).map(",".join), max_size=6).map("\n".join)


@given(st.binary(max_size=200) | TABLES.map(lambda text: f"name,email\n{text}".encode()))
def test_whatever_the_file_holds_there_are_entries_or_problems(content: bytes) -> None:
    roster = read("people.csv", content, SPOKEN)

    assert bool(roster.entries) != bool(roster.problems)
    assert all(problem.line >= 1 for problem in roster.problems)


NAMES = st.text(st.characters(categories=["L", "P"], exclude_characters='"'), min_size=1)


@given(st.lists(NAMES.filter(lambda name: len(name) <= LONGEST), min_size=1, max_size=5))
def test_every_name_is_read_as_it_was_written(names: list[str]) -> None:
    rows = "".join(f'"{name}",p{number}@x.nl\n' for number, name in enumerate(names))

    roster = read("people.csv", f"name,email\n{rows}".encode(), SPOKEN)

    assert [entry.name for entry in roster.entries] == names

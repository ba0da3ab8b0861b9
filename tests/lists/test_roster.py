"""What a list of people may look like, and what is said when it does not."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lists.roster import LONGEST, Entry, Roster, Spoken, normal, read
from bot.lists.writing import unescaped

SPOKEN = Spoken(
    languages=("nl", "en"),
    zones=("Europe/Amsterdam", "Europe/London", "America/New_York", "UTC"),
)
SANNE = Entry(2, "Sanne", "sanne@example.org")


def roster(content: str | bytes) -> Roster:
    """Read a list."""
    written = content.encode() if isinstance(content, str) else content
    return read("people.csv", written, SPOKEN)


def said(content: str | bytes) -> list[str]:
    """Return the problems of a list, as they are printed."""
    return [str(problem) for problem in roster(content).problems]


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
        "name,email\n  Sanne ,\u00a0sanne@example.org\n,\n\n",
        "sep=;\r\nname;email\r\nSanne;sanne@example.org\r\n",
        '"sep=,"\nname,email\nSanne,sanne@example.org\n',
        "sep=\t\nname\temail\nSanne\tsanne@example.org\n",
        "\n\n;;\nname;email\nSanne;sanne@example.org\n",
        "naam;e-mailadres\nSanne;sanne@example.org\n",
        "E-mail;Naam\nsanne@example.org;Sanne\n",
        "Voornaam;Achternaam;E-mail\nSanne;;mailto:sanne@example.org\n",
        "name|email\nSanne|sanne@example.org\n",
        'naam;"e-mail, op het werk";email\nSanne;;sanne@example.org\n',
        "name, email\nSanne, sanne@example.org\n",
        "name,email\nSanne\u200b,\u202asanne@example.org\u202c\n",
        "afdeling;naam;team;email\nVerkoop;Sanne;Noord;sanne@example.org\n",
    ],
)
def test_a_list_may_be_written_as_people_have_it(content: str) -> None:
    [entry] = roster(content).entries

    assert replace(entry, line=2) == SANNE


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_list_may_have_any_encoding_that_excel_writes(encoding: str, newline: str) -> None:
    rows = ["naam;e-mail", "Zoë D’Hondt;zoe@x.nl", "Björn – Löf;b@x.nl", "José Núñez;j@x.nl"]

    found = roster(newline.join(rows).encode(encoding)).entries

    assert [entry.name for entry in found] == ["Zoë D’Hondt", "Björn – Löf", "José Núñez"]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Zoë", "mac_roman"),
        ("René", "mac_roman"),
        ("Zoë", "cp850"),
        ("Björn", "cp850"),
        ("Łukasz", "cp1250"),
        ("Šime Šimić", "cp1250"),
        ("Иван", "cp1251"),
        ("Γιώργος", "cp1253"),
    ],
)
def test_letters_that_cannot_be_told_are_asked_for_and_never_guessed(
    name: str, encoding: str
) -> None:
    content = f"name,email\n{name},a@x.nl\n".encode(encoding)

    [problem] = said(content)
    [entry] = read("people.csv", content, SPOKEN, encoding=encoding).entries

    assert "It cannot be told in which encoding" in problem
    assert "--encoding" in problem
    assert entry.name == name


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64", "\0"])
def test_an_encoding_that_is_none_is_said(encoding: str) -> None:
    [problem] = read("people.csv", b"name,email\n", SPOKEN, encoding=encoding).problems

    assert problem.what.startswith("There is no encoding")


def test_everything_that_a_row_says_is_read() -> None:
    content = (
        "Naam;E-mail;Taal;Tijdzone;Leidinggevende;Coach e-mail;Uren;Dagen;Slack-ID;teams_id\n"
        '"Emma ""Em"" Jones; PhD";Emma@Example.org;Engels;europe/london;sanne@example.org;'
        "c@x.nl;8.30 – 17u;ma t/m wo, vr;u024be7lh;01234567-89ab-cdef-0123-456789abcdef\n"
    )

    assert list(roster(content).entries) == [
        Entry(
            2,
            'Emma "Em" Jones; PhD',
            "Emma@Example.org",
            "en",
            "Europe/London",
            "sanne@example.org",
            "c@x.nl",
            "08:30-17:00",
            "1,2,3,5",
            "U024BE7LH",
            "01234567-89ab-cdef-0123-456789abcdef",
        ),
    ]


def test_a_name_in_parts_is_put_together() -> None:
    content = "first name,Tussenvoegsel,Last name,email\nJan,van der,Berg,j@x.nl\n"

    assert [entry.name for entry in roster(content).entries] == ["Jan van der Berg"]


def test_of_two_columns_for_one_thing_the_more_telling_one_is_used() -> None:
    header = "displayName,surname,Manager,Manager e-mail,mail,userPrincipalName"
    content = f"{header}\nA B,B,Baas,m@x.nl,a@x.nl,q\n"

    read_ = roster(content)

    assert [(each.name, each.email, each.manager_email) for each in read_.entries] == [
        ("A B", "a@x.nl", "m@x.nl")
    ]
    assert read_.notes[1] == "Not used: surname, Manager, userPrincipalName."


def test_who_has_an_id_in_a_chat_needs_no_address() -> None:
    assert [each.slack_id for each in roster("name,slack_id\nA,U024BE7LH\n").entries] == [
        "U024BE7LH"
    ]


def test_what_a_spreadsheet_was_kept_from_calculating_is_read_as_it_was() -> None:
    assert [each.name for each in roster("name,email\n'=A,a@x.nl\n'Aisha,b@x.nl").entries] == [
        "=A",
        "'Aisha",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "1: There is nobody in this list."),
        ("name,email\n", "1: There is nobody in this list."),
        ("name,emial\nA,a@x.nl", "1: Unknown column 'emial'. Did you mean \"email\"?"),
        (
            "name,email,tijdzoone\nA,a@x.nl,",
            "1: Unknown column 'tijdzoone'. Did you mean \"zone\"?",
        ),
        ("name\nA", "1: There is no column 'email' or 'slack_id' or 'teams_id'."),
        ("email\na@x.nl", "1: There is no column 'name'. The first line names the columns: name,"),
        (
            "name,email,email\nA,a@x.nl,b@x.nl",
            "1: The column 'email' is here twice. Take one out.",
        ),
        ("name,email\nA,a@x.nl,b", "2: This row has 3 values for 2 columns."),
        ("name,email\n\nA", "3: email: The e-mail address is missing."),
        ("naam,email\n,a@x.nl", "2: naam: The name is missing. Write what this person is called."),
        ("name,email\nA,", "2: email: The e-mail address is missing. It, or an id in a chat,"),
        ("name,e-mail\nA,at home", "2: e-mail: This is no e-mail address. Write one, as name@"),
        (
            "name,email,manager_email\nA,a@x.nl,boss",
            "2: manager_email: The manager's e-mail address is none. Write one, or leave it",
        ),
        (
            "name,email,leidinggevende\nA,a@x.nl,A@X.nl",
            "2: leidinggevende: This person would be their own manager.",
        ),
        ("name,email,coach\nA,a@x.nl,x", "2: coach: The coach's e-mail address is none."),
        (
            "name,email,language\nA,a@x.nl,fr",
            "2: language: Unknown language 'fr'. Choose from: en, nl.",
        ),
        (
            "name,email,zone\nA,a@x.nl,Europe/Amstredam",
            "2: zone: Unknown zone 'Europe/Amstredam'. Did you mean \"Europe/Amsterdam\"?",
        ),
        (
            "name,email,zone\nA,a@x.nl,new york",
            "2: zone: Unknown zone 'new york'. Did you mean \"America/New_York\"?",
        ),
        (
            "name,email,zone\nA,a@x.nl,qqq",
            "2: zone: Unknown zone 'qqq'. Write one such as Europe/Amsterdam.",
        ),
        (
            "name,email,uren\nA,a@x.nl,17-9",
            "2: uren: Unknown hours '17-9'. Write them as 08:30-17:00, at least an hour.",
        ),
        ("name,email,days\nA,a@x.nl,1-apr", "2: days: Unknown days '1-apr'. Write them as mo"),
        ("name,slack_id\nA,@anna", "2: slack_id: This is no member ID of Slack. Look up"),
        ("name,teams_id\nA,a@x.nl", "2: teams_id: This is no user of Teams. Write the"),
        (
            'name,email\n"A\nB",a@x.nl\nC,A@x.nl',
            "4: email: This e-mail address stands on line 2 already. Keep one row for each",
        ),
        (
            "name,slack_id\nA,U0000001\nB,u0000001",
            "3: slack_id: This id stands on line 2 already.",
        ),
        ('name,email\n"A,a@x.nl', "2: From here on this is not CSV. Look at the quotes:"),
        (
            f"name,email\n{'A' * (LONGEST + 1)},a@x.nl",
            f"2: name: This is longer than {LONGEST} characters, or unreadable.",
        ),
        ("name,email\nA\x00,a@x.nl", f"2: name: This is longer than {LONGEST} characters"),
        (
            f"name,email\nA,{'x' * 100_001}",
            "2: This line has more than 100000 characters. Keep one person a line,",
        ),
        (
            ",".join(f"c{number}" for number in range(1_000_000)),
            "1: This line has more than 100000 characters.",
        ),
        (
            "name,email" + ",c" * 250,
            "1: This row has 252 columns; at most 200 are read. Keep the columns that",
        ),
        ('{"name": 1}', "1: This is JSON. Open it in Excel, and save it as XLSX without a pass"),
        ("\ufeff <html><table>", "1: This is a web page or another file of tags,"),
        (b"%PDF-1.7", "1: This is a PDF."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "1: This is an Excel workbook of the old kind, or one with"),
        (
            "name,email\nA,a@x.nl".encode("utf-16")[:-1],
            "2: This line cannot be read as UTF-16. Save it",
        ),
    ],
)
def test_each_problem_is_said_with_its_place_and_remedy(
    content: str | bytes, problem: str
) -> None:
    [found] = said(content)

    assert found.startswith(f"people.csv:{problem}")
    assert found[-1] in ".?"


def test_every_problem_is_said_at_once_in_the_order_of_the_lines() -> None:
    content = "name,email,language,zone\n,b,fr,x\nA,a@x.nl,nl,Mars\n,c@x.nl,,\n"

    assert [problem.split(":")[1] for problem in said(content)] == ["2"] * 4 + ["3", "4"]


def test_a_row_with_a_problem_is_no_entry_and_the_others_are() -> None:
    read_ = roster("name,email\nSanne,sanne@example.org\nBram,\nA,a@x.nl\nB,A@x.nl\n")

    assert [entry.line for entry in read_.entries] == [2, 4]
    assert [problem.line for problem in read_.problems] == [3, 5]


@pytest.mark.slow
def test_a_hundred_thousand_people_are_a_list_and_one_more_is_not() -> None:
    rows = ["name,email", *(f"A,{number}@x.nl" for number in range(100_001))]

    right, wrong = roster("\n".join(rows[:-1])), roster("\n".join(rows))

    assert (len(right.entries), right.problems) == (100_000, ())
    [problem] = wrong.problems
    assert str(problem).startswith("people.csv:100002: There are more than 100000 rows. Split")


def test_a_thousand_wrong_zones_are_answered_in_time() -> None:
    rows = "".join(f"A,{number}@x.nl,Mars/{number}\n" for number in range(1000))

    assert len(said(f"name,email,zone\n{rows}")) == 1000


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
    read_ = roster(content)

    assert read_.entries or read_.problems
    assert all(problem.line >= 1 for problem in read_.problems)
    assert all(problem.remedy[-1] in ".?" for problem in read_.problems)


NAMES = st.text(st.characters(categories=["L", "P"], exclude_characters='"'), min_size=1)


@given(st.lists(NAMES.filter(lambda name: len(name) <= LONGEST), min_size=1, max_size=5))
def test_every_name_is_read_as_it_was_written(names: list[str]) -> None:
    rows = "".join(f'"{name}",p{number}@x.nl\n' for number, name in enumerate(names))

    read_ = roster(f"name,email\n{rows}")

    assert [entry.name for entry in read_.entries] == [
        unicodedata.normalize("NFC", unescaped(name)) for name in names
    ]

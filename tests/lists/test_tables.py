"""Files as people have them, and files that nobody should have: a table, or a refusal in words."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lists import sheet_bounds
from bot.lists.entries import Entries, Entry, Marks, Users
from bot.lists.roster import COLUMNS, Spoken, read
from bot.lists.writing import FORMULA, escaped, unescaped, write
from storage.ids import new_id
from tests.lists.workbooks import MAIN, STYLES, packed, rows, workbook

LISTS = Path(__file__).parent
SPOKEN = Spoken(("nl", "en"), ("Europe/Amsterdam", "UTC"))
HEADER = ("naam", "e-mail")
CELL = "<c><v>1</v></c>"
PEOPLE = (("Zoë D’Hondt", "zoe@example.org"), ("Björn Löf", "bjorn@example.org"))

REFUSED = {
    "a-photo.csv": "1: This is a picture. Open it in Excel",
    "binary.xlsb": "1: This is a binary workbook (XLSB). Open it in Excel",
    "cut-off.xlsx": "1: This workbook is damaged and cannot be read. Open it in Excel",
    "dos.csv": "1: It cannot be told in which encoding this file was written. Save it",
    "folder.zip": "1: This is a packed file, but no XLSX workbook. Open it in Excel",
    "libre.ods": "1: This is an OpenDocument file. Open it in Excel",
    "nothing.csv": "1: There is nobody in this list. Write one person a line.",
    "numbers-on-a-mac.csv": "1: It cannot be told in which encoding this file was written. Save",
    "old.xls": "1: This is an Excel workbook of the old kind, or one with a password. Open it",
    "only-names.csv": "1: There is no column 'email' or 'slack_id' or 'teams_id'. The first",
    "open-quote.csv": "2: From here on this is not CSV. Look at the quotes",
    "poland.csv": "1: It cannot be told in which encoding this file was written. Save it",
    "print.pdf": "1: This is a PDF. Open it in Excel",
    "twice.csv": "3: e-mail: This e-mail address stands on line 2 already. Keep one row",
    "web-page.xls": "1: This is a web page or another file of tags, whatever it is called. Open",
}


def found(content: bytes) -> list[tuple[str, str]]:
    """Read the people of a list that must be right."""
    read_ = read("list", content, SPOKEN)
    assert read_.problems == ()
    return [(entry.name, entry.email) for entry in read_.entries]


def refused(content: bytes) -> str:
    """Give the one reason for which a list is refused."""
    [problem] = read("list", content, SPOKEN).problems
    return str(problem)


@pytest.mark.parametrize("name", sorted(each.name for each in (LISTS / "right").iterdir()))
def test_the_lists_that_people_have_are_read(name: str) -> None:
    assert found((LISTS / "right" / name).read_bytes()) == list(PEOPLE)


@pytest.mark.parametrize("name", sorted(each.name for each in (LISTS / "refused").iterdir()))
def test_what_is_no_list_is_refused_with_what_to_do(name: str) -> None:
    assert refused((LISTS / "refused" / name).read_bytes()).startswith(f"list:{REFUSED[name]}")


def test_cells_are_read_as_somebody_would_have_typed_them() -> None:
    header = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(6))
    cells = (
        '<c r="A3" t="s"><v>6</v></c><c r="B3" t="str"><f>A1</f><v>a@x.nl</v></c>'
        '<c r="C3" t="inlineStr"><is><r><t>08:30</t></r><r><t>-17:00</t></r>'
        '<rPh sb="0" eb="1"><t>no</t></rPh></is></c><c r="D3"><v>4.0</v></c>'
        '<c r="E3" t="e"><v>#N/A</v></c><c r="F3" t="b"><v>1</v></c>'
    )
    texts = ["naam", "e-mail", "uren", "dagen", "taal", "gast", "An_x000D_n_x0061_"]
    words = "".join(f"<si><t>{text}</t></si>" for text in texts)

    content = workbook({"Mensen": f"<row>{header}</row><row r='3'>{cells}</row>"}, words=words)

    assert list(read("list", content, SPOKEN).entries) == [
        Entry(3, "An na", "a@x.nl", hours="08:30-17:00", days="4")
    ]


def test_a_hidden_or_blank_sheet_is_passed_over() -> None:
    people = rows(HEADER, *PEOPLE)
    blank = "<row><c><v></v></c></row>"
    sheets = {"Geheim": rows(("x", "y")), "Leeg": blank, "Mensen": people}

    assert found(workbook(sheets, hidden=["Geheim"])) == list(PEOPLE)


def test_a_formula_that_was_never_calculated_is_a_blank_cell() -> None:
    sheet = rows(HEADER, *PEOPLE) + "<row><c><f>A1</f></c><c><f>B1</f><v></v></c></row>"

    assert found(workbook({"Mensen": sheet})) == list(PEOPLE)


def test_the_size_that_a_sheet_claims_to_have_cuts_nothing_off() -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{rows(HEADER, *PEOPLE)}'
    claims = f"{sheet}</sheetData></worksheet>".encode()

    assert found(workbook({"M": ""}, more={"xl/worksheets/sheet1.xml": claims})) == list(PEOPLE)


def test_what_is_odd_beside_the_cells_is_no_obstacle() -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows(HEADER, *PEOPLE)}</sheetData>'
    odd = f'{sheet}<hyperlinks of="nobody"><hyperlink x="1"/></hyperlinks></worksheet>'.encode()

    assert found(workbook({"M": ""}, more={"xl/worksheets/sheet1.xml": odd})) == list(PEOPLE)


def test_a_date_outside_every_calendar_is_an_error_and_so_a_blank_cell() -> None:
    sheet = rows(HEADER, *PEOPLE) + '<row r="9"><c r="B9" s="1"><v>9e99</v></c></row>'

    assert found(workbook({"M": sheet}, more={"xl/styles.xml": STYLES})) == list(PEOPLE)


def test_a_workbook_of_charts_or_of_hidden_sheets_has_nobody_in_it() -> None:
    sheets = {"Grafiek": "", "Geheim": rows(HEADER, *PEOPLE)}

    content = workbook(sheets, hidden=["Geheim"], charts=["Grafiek"])

    assert "There is nobody in this list." in refused(content)


def test_a_workbook_that_few_programs_read_is_refused() -> None:
    strict = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'

    content = workbook({"Mensen": rows(HEADER, *PEOPLE)}, more={"xl/workbook.xml": strict})

    assert "This is a Strict Open XML workbook" in refused(content)


def test_a_workbook_with_a_password_on_its_parts_is_refused() -> None:
    local, central = b"PK\x03\x04\x14\0", b"PK\x01\x02\x14\x03\x14\0"
    content = workbook({"Mensen": rows(HEADER, *PEOPLE)})

    locked = content.replace(local + b"\0", local + b"\1")
    locked = locked.replace(central + b"\0", central + b"\1")

    assert "This workbook is damaged and cannot be read." in refused(locked)


@pytest.mark.parametrize(
    ("sheet", "words", "what"),
    [
        (f'<row r="1048577">{CELL}</row>', "", "This workbook has something below row 1048576."),
        (f'<row r="-5">{CELL}</row>', "", "This workbook has something below row"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "", "This row has 16384 columns; at most"),
        ('<row r="1"><c r="ZZZ9999999"><v>1</v></c></row>', "", "This row has 18278 columns"),
        (f'<row r="x">{CELL}</row>', "", "This workbook is damaged and cannot be read."),
        ('<row><c r="1A"><v>1</v></c></row>', "", "This workbook is damaged"),
        ('<row><c t="s"><v>7</v></c></row>', "", "This workbook is damaged"),
        ('<row><c t="s"><v>x</v></c></row>', "", "This workbook is damaged"),
        ("<row><c>", "", "This workbook is damaged"),
        (f'<row r="{"9" * 5000}">{CELL}</row>', "", "This workbook is damaged"),
        (f"<row>{'<c/>' * 250_000}{CELL}</row>", "", "has more than 250000 things that are no"),
        ("<row/><a/>" * 250_001, "", "has more than 250000 things that are no rows or texts."),
        ("<a>" * 250_001, "", "has more than 250000 things that are no rows or texts."),
        (rows(HEADER), "<si/>" * 2_000_001, "This workbook has more than 2000000 rows or texts."),
        ("", "", "There is nobody in this list."),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(sheet: str, words: str, what: str) -> None:
    assert what in refused(workbook({"Mensen": sheet}, words=words))


def test_a_few_bytes_that_unpack_to_a_house_are_refused() -> None:
    bomb = b"<worksheet>" + b" " * (sheet_bounds.MOST_UNPACKED + 1)

    content = workbook({"Mensen": ""}, more={"xl/worksheets/sheet1.xml": bomb})

    assert len(content) < 500_000
    assert "This workbook has more than 128 MB in one part." in refused(content)


def test_much_that_was_packed_into_little_is_refused() -> None:
    bomb = b"<worksheet>" + b" " * sheet_bounds.SMALL

    content = workbook({"Mensen": ""}, more={"xl/worksheets/sheet1.xml": bomb})

    assert "This workbook has more than 16 MB once unpacked." in refused(content)


def test_a_part_that_lies_about_its_length_is_refused() -> None:
    bomb = b"<worksheet>" + b" " * (sheet_bounds.MOST_UNPACKED + 1)
    content = workbook({"Mensen": ""}, more={"xl/worksheets/sheet1.xml": bomb})
    true_length = len(bomb).to_bytes(4, "little")

    assert "This workbook is damaged" in refused(content.replace(true_length, b"\x10\0\0\0"))


def test_one_endless_tag_is_refused() -> None:
    tag = b"<worksheet " + b"a" * (3 * sheet_bounds.LONGEST_TOKEN)

    content = workbook({"Mensen": ""}, more={"xl/worksheets/sheet1.xml": tag})

    assert "This workbook is damaged" in refused(content)


def test_a_workbook_that_makes_much_of_little_is_refused() -> None:
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    )

    content = workbook({"Mensen": ""}, more={"xl/worksheets/sheet1.xml": laughs})

    assert "This workbook is damaged" in refused(content)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": b"", "xl/_rels/workbook.xml.rels": b""},
        {"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": b"<x>"},
        {"xl/workbook.xml": b"\xff\xfe", "xl/_rels/workbook.xml.rels": b"<x/>"},
    ],
)
def test_a_workbook_without_its_parts_is_refused(parts: dict[str, bytes]) -> None:
    assert "This workbook is damaged" in refused(packed(parts))


def test_a_link_that_leads_nowhere_is_refused() -> None:
    content = workbook({"Mensen": rows(HEADER, *PEOPLE)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.pop("xl/worksheets/sheet1.xml")

    assert "This workbook is damaged" in refused(packed(parts))


WORKBOOK = workbook({"Mensen": rows(HEADER, *PEOPLE)})


@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_some_bytes_changed_is_read_or_refused(at: int, put: bytes) -> None:
    read_ = read("list", WORKBOOK[:at] + put + WORKBOOK[at + len(put) :], SPOKEN)

    assert read_.entries or read_.problems


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
XML = st.text(st.sampled_from("<>/=\"' rct123ABvis&;#x0\t"), max_size=80)


@given(XML)
def test_whatever_stands_in_a_sheet_it_is_read_or_refused(sheet: str) -> None:
    read_ = read("list", workbook({"Mensen": sheet}), SPOKEN)

    assert read_.entries or read_.problems


@settings(max_examples=300)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"])
)
def test_whatever_the_bytes_are_they_are_a_list_or_refused(content: bytes, start: bytes) -> None:
    read_ = read("list", start + content, SPOKEN)

    assert read_.entries or read_.problems
    assert all(problem.line >= 1 and problem.remedy for problem in read_.problems)


@given(
    st.lists(st.lists(CELLS, max_size=len(COLUMNS)), max_size=5),
    st.permutations(COLUMNS),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-16-le"]),
    st.sampled_from(";,\t|"),
)
def test_whatever_stands_in_the_cells_there_are_entries_or_problems(
    table: list[list[str]], header: list[str], encoding: str, delimiter: str
) -> None:
    lines = [delimiter.join(each) for each in [header, *table]]

    read_ = read("list", "\n".join(lines).encode(encoding), SPOKEN)

    assert read_.entries or read_.problems
    assert all(str(problem).isprintable() for problem in read_.problems)


@pytest.mark.parametrize(
    "name",
    [
        "😀" * 100,
        "شيماء محمد",
        "דוד כהן",
        "नमस्ते",
        "می‌خواهم",  # with a joiner that belongs there
        "<b>&amp;</b> <script>alert(1)</script>",
        "{name} %s {0}",
        "Robert'); DROP TABLE people;--",
    ],
)
def test_a_name_in_any_script_is_read_as_it_was_written(name: str) -> None:
    assert found(f'name,email\n"{name}",a@x.nl\n'.encode()) == [(name, "a@x.nl")]


@pytest.mark.parametrize("name", ["A\x07", "A\x1b[31m", "\x7f", "A\ud800", "A\uffff", "A" * 201])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    content = f"name,email\n{name},a@x.nl\n".encode("utf-16-le", errors="surrogatepass")

    assert "list:2: " in refused(b"\xff\xfe" + content)


@given(st.text())
def test_no_value_that_is_written_is_a_formula(value: str) -> None:
    shown = escaped(value)

    assert shown[:1] not in FORMULA
    assert shown.lstrip()[:1] not in FORMULA
    assert unescaped(shown) == value


@pytest.mark.parametrize("sign", sorted(FORMULA))
def test_every_sign_of_a_formula_is_escaped(sign: str) -> None:
    assert escaped(f"{sign}cmd") == f"'{sign}cmd"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_blanks_before_a_formula_hide_nothing(sign: str) -> None:
    assert escaped(f" \n{sign}cmd") == f"' \n{sign}cmd"


NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from(",;"))
def test_what_was_written_is_read_again_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], delimiter: str
) -> None:
    file = tmp_path_factory.mktemp("out") / "people.csv"
    listed = [(name, f"p{at}@x.nl") for at, name in enumerate(names)]

    write(file, [("name", "email"), *listed], delimiter=delimiter)

    plain = unicode_of(names)
    assert [name for name, _ in found(file.read_bytes())] == plain


def unicode_of(names: list[str]) -> list[str]:
    """Give names as they are stored: composed."""
    return [unicodedata.normalize("NFC", name) for name in names]


def test_a_report_is_nobody_elses_to_read(tmp_path: Path) -> None:
    write(tmp_path / "report.csv", [("a", 1, None)])

    assert (tmp_path / "report.csv").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "report.csv").read_bytes() == b'\xef\xbb\xbf"a","1",""\r\n'


def test_entries_are_the_same_packed() -> None:
    entries = [Entry(2, "A", "a@x.nl"), Entry(5, "B", slack_id="U0000001", days="1,2")]

    packed_ = Entries(entries)

    assert list(packed_) == entries
    assert packed_ == entries
    assert packed_ != entries[:1]
    assert packed_[1:] == entries[1:]
    assert list(packed_.without({2})) == entries[1:]


def test_what_stands_thrice_is_found_twice() -> None:
    marks = Marks()
    for line, value in enumerate("abacba", start=10):
        marks.add(value, line)

    assert sorted(marks.twice()) == [(12, 10), (14, 11), (15, 10)]


def test_everybody_is_found_by_their_user_and_nobody_else_is() -> None:
    users, ids = Users(), [new_id() for _ in range(1000)]
    nobody = users.get("slack:U0")
    for at, each in enumerate(ids):
        users.add(f"slack:U{at}", each)

    assert nobody is None
    assert [users.get(f"slack:U{at}") for at in range(1000)] == ids
    assert users.get("teams:U1") is None

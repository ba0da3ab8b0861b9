"""Lists of shifts and of leave as people have them, and what is said when one is not right."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lists.work_lists import (
    MOST_PROBLEMS,
    Leave,
    Shift,
    Span,
    read_leave,
    read_shifts,
    spans_of,
)
from bot.lists.written_time import Written, read, read_after
from tests.lists.workbooks import STYLES, rows, workbook

MONDAY = date(2026, 11, 23)
NIGHT = Shift(2, "a@x.nl", Written(MONDAY, time(23)), Written(MONDAY + timedelta(days=1), time(7)))
SEVEN = '<c s="3"><v>0.291666667</v></c>'
AMSTERDAM = "Europe/Amsterdam"
NO_TIME = "Write day and time, as 2026-11-23 07:00 or 23-11-2026 07:00."
NOBODY = "The person is missing. Write the e-mail address, or what the chat calls this person."


def shift(starts: str, ends: str, line: int = 2) -> Shift:
    """Make a row of a list from what was written."""
    start = read(starts)
    assert start is not None
    end = read_after(ends, start)
    assert end is not None
    return Shift(line, "a@x.nl", start, end)


def said(content: str) -> list[str]:
    """Return the problems of a list of shifts, as they are printed."""
    return [str(problem) for problem in read_shifts("s.csv", content.encode()).problems]


@pytest.mark.parametrize(
    "content",
    [
        "person,start,end\na@x.nl,2026-11-23 23:00,2026-11-24 07:00\n",
        "person;start;end\r\na@x.nl;23-11-2026 23:00;24-11-2026 7:00\r\n",
        "sep=;\nPersoon;Begin;Einde\na@x.nl;23/11/2026 23.00 uur;24/11/2026 07.00 uur\n",
        "E-mailadres\tvan\ttot\na@x.nl\t2026-11-23T23:00\t07:00\n",
        "datum;email;begintijd;eindtijd;afdeling\n23-11-2026;a@x.nl;23:00;7:00;IC\n",
        "name,email,start,end\nAnna,a@x.nl,2026-11-23 23:00:00,2026-11-24 07:00:00\n",
        "\ufeffperson,start,end\n\n  a@x.nl , 2026-11-23 23:00 ,07:00\n\n",
    ],
)
def test_a_roster_may_be_written_as_people_write_it(content: str) -> None:
    [found] = read_shifts("s.csv", content.encode()).rows

    assert (found.person, found.start, found.end) == ("a@x.nl", NIGHT.start, NIGHT.end)


def test_what_a_chat_calls_somebody_is_a_person_too() -> None:
    content = b"slack_id,start,end\nU024BE7LH,2026-11-23 23:00,07:00\n"

    assert [each.person for each in read_shifts("s.csv", content).rows] == ["U024BE7LH"]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("start,end", '<c s="2"><v>46349.9583333333</v></c><c s="2"><v>46350.2916666667</v></c>'),
        ("start,end", '<c t="d"><v>2026-11-23T23:00:00</v></c><c s="3"><v>0.291666667</v></c>'),
        ("date,start,end", f'<c s="1"><v>46349</v></c><c s="3"><v>.9583333</v></c>{SEVEN}'),
        ("date,start,end", f'<c t="d"><v>2026-11-23</v></c><c s="4"><v>.9583333</v></c>{SEVEN}'),
    ],
)
def test_days_and_times_are_read_from_the_cells_of_a_workbook(header: str, cells: str) -> None:
    who = '<c t="inlineStr"><is><t>a@x.nl</t></is></c>'
    sheet = f"{rows(['person', *header.split(',')])}<row>{who}{cells}</row>"

    content = workbook({"Rooster": sheet}, more={"xl/styles.xml": STYLES})

    assert read_shifts("s.xlsx", content).rows == (NIGHT,)


def test_a_list_in_utf_16_is_read_and_said_to_be() -> None:
    content = "person;start;end\na@x.nl;23-11-2026 23:00;7:00\n".encode("utf-16")

    listed = read_shifts("s.csv", content)

    assert listed.rows == (NIGHT,)
    assert listed.how == "CSV in UTF-16, separated by ';'"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "1: There is nothing in this list. Write one row for each."),
        ("person,start,end\n", "1: There is nothing in this list. Write one row for each."),
        (
            "person,start\na@x.nl,2026-11-23 7:00",
            "1: There is no column 'end'. The first row names the columns: person, start, end.",
        ),
        (
            "name,start,end\nAnna,2026-11-23 7:00,15:00",
            "1: There is no column 'person'. The first row names the columns: person, start, end.",
        ),
        (
            "person,start,end\n,2026-11-23 7:00,15:00",
            f"2: {NOBODY}",
        ),
        (
            "person,start,end\na@x.nl,7:00,15:00",
            f"2: The start is no day and time. {NO_TIME}",
        ),
        (
            "person,start,end\na@x.nl,2026-11-31 7:00,15:00",
            f"2: The start is no day and time. {NO_TIME}",
        ),
        (
            "person,start,end\na@x.nl,2026-11-23 7:00,",
            f"2: The end is no day and time. {NO_TIME}",
        ),
        (
            "person,start,end\na@x.nl,2026-11-23,2026-11-24",
            f"2: The end is no day and time. {NO_TIME}",
        ),
    ],
)
def test_each_problem_is_said_with_its_line_and_remedy(content: str, problem: str) -> None:
    assert said(content) == [f"s.csv:{problem}"]


def test_every_row_that_is_wrong_is_said_up_to_what_can_be_read() -> None:
    problems = said("person,start,end\n" + "canary@x.nl,canary,canary\n" * 99)

    assert len(problems) == MOST_PROBLEMS
    assert "canary" not in "\n".join(problems)


def test_a_packed_file_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "hello")

    [problem] = read_shifts("s.xlsx", packed.getvalue()).problems

    assert "no XLSX workbook" in problem.what


@pytest.mark.parametrize(
    ("starts", "ends", "span"),
    [
        ("2026-11-23 23:00", "7:00", "2026-11-23T22 2026-11-24T06"),
        ("2027-03-27 23:00", "7:00", "2027-03-27T22 2027-03-28T05"),
        ("2026-10-24 23:00", "7:00", "2026-10-24T21 2026-10-25T06"),
        ("2026-11-23 16:00", "24:00", "2026-11-23T15 2026-11-23T23"),
        ("2026-11-23 07:00Z", "15:00", "2026-11-23T07 2026-11-23T15"),
        ("2026-11-23 7:00+02:00", "15:00", "2026-11-23T05 2026-11-23T13"),
    ],
)
def test_times_are_those_of_the_wall_unless_they_carry_an_offset(
    starts: str, ends: str, span: str
) -> None:
    spans, problems = spans_of("s.csv", [shift(starts, ends)], AMSTERDAM)

    moments = (datetime.fromisoformat(f"{each}:00Z") for each in span.split())
    assert spans == (Span(2, *moments),)
    assert problems == ()


def test_a_shift_that_stands_twice_counts_once() -> None:
    twice = [shift("2026-11-23 7:00", "15:00"), shift("2026-11-23 7:00", "15:00", line=3)]

    spans, problems = spans_of("s.csv", twice, AMSTERDAM)

    assert [each.line for each in spans] == [2]
    assert problems == ()


@pytest.mark.parametrize(
    ("shifts", "problem"),
    [
        (
            [shift("2026-11-23 23:00", "2026-11-23 7:00")],
            "2: This shift ends before it starts. A night shift ends on the next day.",
        ),
        (
            [shift("2026-11-23 7:00", "2026-11-24 7:01")],
            "2: This shift lasts more than 24 hours. Write one shift a row.",
        ),
        (
            [shift("2026-11-23 7:00", "15:00"), shift("2026-11-23 14:00", "22:00", line=3)],
            "3: This shift overlaps with the one on line 2. Keep the one that is right.",
        ),
    ],
)
def test_a_shift_that_cannot_be_is_said_with_its_line(shifts: list[Shift], problem: str) -> None:
    _, problems = spans_of("s.csv", shifts, AMSTERDAM)

    assert [str(each) for each in problems] == [f"s.csv:{problem}"]


@pytest.mark.parametrize(
    ("content", "last"),
    [
        ("person,first,last\na@x.nl,2026-12-24,2027-01-01\n", date(2027, 1, 1)),
        ("persoon;eerste dag;t/m\na@x.nl;24-12-2026;1-1-2027\n", date(2027, 1, 1)),
        ("email;van;tot en met\na@x.nl;24-12-2026;\n", date(2026, 12, 24)),
        ("email;datum;first\na@x.nl;x;24-12-2026\n", date(2026, 12, 24)),
    ],
)
def test_leave_may_be_written_as_people_write_it(content: str, last: date) -> None:
    found = read_leave("l.csv", content.encode())

    assert found.rows == (Leave(2, "a@x.nl", date(2026, 12, 24), last),)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("x,2026-12-24", "The first day is none. Write a day, as 2026-12-24 or 24-12-2026."),
        ("2026-12-24,x", "The last day is none. Write a day, as 2026-12-24 or 24-12-2026."),
        ("2026-12-24,2026-12-23", "The last day lies before the first. Swap them."),
        ("2026-12-24,2062-12-24", "This absence lasts more than two years. Look at the year."),
    ],
)
def test_leave_that_cannot_be_is_said_with_its_line(row: str, problem: str) -> None:
    found = read_leave("l.csv", f"person,first,last\na@x.nl,{row}\n".encode())

    assert [str(each) for each in found.problems] == [f"l.csv:2: {problem}"]


VALUES = st.text(st.sampled_from("aé@.,;:-/T \t\"'\r\n\x00\u202801279+Z"), max_size=18)
TABLES = st.lists(st.lists(VALUES, max_size=4).map(",".join), max_size=6).map("\n".join)


@given(st.binary(max_size=200) | TABLES.map(lambda text: f"person,start,end\n{text}".encode()))
def test_whatever_the_file_holds_there_are_rows_or_problems(content: bytes) -> None:
    listed = read_shifts("s.csv", content)

    assert bool(listed.rows) != bool(listed.problems)
    assert all(problem.line >= 1 for problem in listed.problems)


@given(st.text(max_size=30))
def test_whatever_was_written_for_a_time_is_read_or_is_none(text: str) -> None:
    found = read_after(text, NIGHT.start)

    assert found is None or found.moment("UTC").tzinfo is UTC


@given(st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30)))  # noqa: DTZ001 - a wall time
def test_a_time_is_the_same_however_it_is_written(wall: datetime) -> None:
    forms = ("{:%Y-%m-%d %H:%M}", "{:%Y-%m-%dT%H:%M:%S}", "{:%d-%m-%Y %H:%M}", "{:%d/%m/%Y %H.%M}")

    assert {read(each.format(wall)) for each in forms} == {
        Written(wall.date(), time(wall.hour, wall.minute))
    }

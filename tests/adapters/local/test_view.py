"""The log beside a chat: the newest visit first, and within a visit the order of asking."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from storage import dialogues, log
from storage.database import Transaction
from storage.ids import new_id
from tests.adapters.local.house import START, House


async def a_visit(tx: Transaction, house: House, at: datetime) -> UUID:
    """Open a check-in of Sanne."""
    opened = await dialogues.open(
        tx,
        id=new_id(),
        person=house.people["Sanne"],
        enrolment=house.enrolments["Sanne"],
        kind="check_in",
        brief={},
        answers="{}",
        kept="{}",
        now=at,
    )
    return opened.id


async def wrote(
    tx: Transaction, house: House, visit: UUID, key: str, text: str, at: datetime
) -> None:
    """Keep what Sanne wrote at a visit."""
    where = (tx, house.people["Sanne"], house.enrolments["Sanne"], visit)
    question = key.removesuffix("_log")
    await log.keep(*where, key, words={"texts": [[question, text]], "low": []}, at=at)


async def page_of(house: House) -> str:
    """Give the page as HTML."""
    async with house.client() as client:
        return (await client.get("/?language=nl")).text


async def test_the_newest_visit_comes_first_and_its_entries_in_the_order_asked(
    house: House,
) -> None:
    later = START + timedelta(days=7)
    async with house.database.write() as tx:
        first, second = await a_visit(tx, house, START), await a_visit(tx, house, later)
        await wrote(tx, house, first, "log", "Eerste keer, eerst.", START)
        await wrote(tx, house, first, "change_log", "Eerste keer, daarna.", START)
        await wrote(tx, house, second, "log", "Tweede keer, eerst.", later)
        minute = timedelta(minutes=1)
        await wrote(tx, house, second, "change_log", "Tweede keer, daarna.", later + minute)

    page = await page_of(house)

    assert re.findall(r"(?:Eerste|Tweede) keer, \w+", page) == [
        "Tweede keer, eerst",
        "Tweede keer, daarna",
        "Eerste keer, eerst",
        "Eerste keer, daarna",
    ]
    assert re.findall(r"<time[^>]*>(di [^<]+)</time>", page) == ["di 1 dec", "di 24 nov"]


async def test_a_late_entry_stays_with_its_visit(house: House) -> None:
    later = START + timedelta(days=7)
    async with house.database.write() as tx:
        first, second = await a_visit(tx, house, START), await a_visit(tx, house, later)
        await wrote(tx, house, first, "log", "Eerste keer, eerst.", START)
        await wrote(tx, house, second, "log", "Tweede keer, eerst.", later)
        after = later + timedelta(days=1)
        await wrote(tx, house, first, "change_log", "Eerste keer, alsnog.", after)

    page = await page_of(house)

    assert re.findall(r"(?:Eerste|Tweede) keer, \w+", page) == [
        "Tweede keer, eerst",
        "Eerste keer, eerst",
        "Eerste keer, alsnog",
    ]

"""The page "my data" and its file: guarded, in words, and of one person only."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from markupsafe import escape

from storage import chat, people
from storage.database import Transaction
from tests.adapters.local.house import House, said
from tests.adapters.local.test_page import ATTACKS, Structure

ROUTES = ("/my-data", "/my-data.json")
YOURS = {
    "nl": "Dit is van jou. Niemand mag ernaar vragen.",
    "en": "This is yours. Nobody may ask you for it.",
}


async def types(tx: Transaction, person: UUID, text: str, now: datetime) -> None:
    """Let somebody have typed something that may stand in their chat."""
    await chat.add(tx, person, "person", {"text": text}, now)


async def page_of(house: House, name: str, language: str = "") -> str:
    """Give somebody's page."""
    person = house.people[name]
    async with house.client() as client:
        answer = await client.get(f"/my-data?person={person}&language={language}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def file_of(house: House, name: str) -> Any:  # noqa: ANN401 - JSON
    """Give somebody's file."""
    async with house.client() as client:
        answer = await client.get(f"/my-data.json?person={house.people[name]}")
    assert answer.status_code == 200
    return answer.json()


async def test_the_page_tells_what_is_kept_in_the_persons_own_language(house: House) -> None:
    await house.has_a_course("Sanne")

    page = await page_of(house, "Sanne")

    assert '<html lang="nl">' in page
    assert YOURS["nl"] in page
    assert "Als het klantoverleg op dinsdag klaar is, dan zeg ik Tom één ding." in page
    assert "Ik zei wat hielp.\nHij knikte." in page
    assert "Wat deed of zei je precies?" in page
    assert "dinsdag 1 december 2026 9:30" in page
    assert "Europe/Amsterdam" in page


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_page_speaks_the_language_that_is_asked_for(house: House, language: str) -> None:
    await house.has_a_course("Sanne")

    page = await page_of(house, "Sanne", language)

    assert f'<html lang="{language}">' in page
    assert YOURS[language] in page
    assert "{" not in re.sub(r"<[^>]*>", "", page)


async def test_who_has_nothing_yet_reads_so(house: House) -> None:
    page = await page_of(house, "Emma")

    assert page.count("There is nothing here yet.") == 7
    assert "klantoverleg" not in page


async def test_the_chat_stands_on_the_page_as_it_was_said(house: House) -> None:
    await house.gets("Emma", said("Hi Emma.", "How did it go?", language="en"))
    async with house.database.write() as tx:
        await types(tx, house.people["Emma"], "Quite well", house.now)

    page = await page_of(house, "Emma")

    assert "Hi Emma.\nHow did it go?" in page
    assert "Quite well" in page
    assert page.index("How did it go?") < page.index("Quite well")


async def test_what_was_typed_and_not_kept_is_told_as_such(house: House) -> None:
    async with house.database.write() as tx:
        await types(tx, house.people["Emma"], "", house.now)

    assert "You typed something that was not kept." in await page_of(house, "Emma")


async def test_the_file_holds_every_row_and_says_whose_it_is(house: House) -> None:
    await house.has_a_course("Sanne")

    file = await file_of(house, "Sanne")

    assert file["yours"] == YOURS["nl"]
    assert file["seen_by"]["people"] == []
    assert file["tables"]["people"][0]["name"] == "Sanne"
    assert len(file["tables"]["plans"]) == 1
    assert "people.data_key" in file["left_out"]
    assert "data_key" not in json.dumps(file["tables"])


async def test_the_file_is_one_to_keep(house: House) -> None:
    async with house.client() as client:
        answer = await client.get(f"/my-data.json?person={house.people['Sanne']}")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="holdfast-my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.splitlines()[1].startswith('  "yours"')


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("query", ["", "?person=", "?person=x", f"?person={UUID(int=7)}"])
async def test_nobody_is_not_found(house: House, route: str, query: str) -> None:
    async with house.client() as client:
        answer = await client.get(f"{route}{query}")

    assert answer.status_code == 404
    assert "Sanne" not in answer.text


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Cookie": "holdfast_8765=no"}],
    ids=str,
)
async def test_without_host_origin_and_token_nobody_comes_in(
    house: House, route: str, headers: dict[str, str]
) -> None:
    async with house.client() as client:
        client.cookies.clear() if "Cookie" in headers else None
        answer = await client.get(f"{route}?person={house.people['Sanne']}", headers=headers)

    assert answer.status_code == 403
    assert "Sanne" not in answer.text


@pytest.mark.parametrize("route", ROUTES)
async def test_it_is_read_and_never_posted(house: House, route: str) -> None:
    async with house.client() as client:
        answer = await client.post(f"{route}?person={house.people['Sanne']}")

    assert answer.status_code == 405


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_somebody_wrote_is_never_a_part_of_the_page(house: House, attack: str) -> None:
    async with house.database.write() as tx:
        await types(tx, house.people["Emma"], "Quite well", house.now)
        await types(tx, house.people["Inês"], attack, house.now)
        await people.rename(tx, house.people["Inês"], attack)

    calm = Structure(await page_of(house, "Emma", "en"))
    attacked = await page_of(house, "Inês", "en")

    assert Structure(attacked).elements == calm.elements
    assert str(escape(attack)) in attacked


async def test_words_with_half_a_sign_are_given_back_as_they_were(house: House) -> None:
    async with house.database.write() as tx:
        await types(tx, house.people["Emma"], "half \ud83d sign 🙂 é", house.now)

    file = await file_of(house, "Emma")

    assert file["tables"]["chat"][0]["body"]["text"] == "half \ud83d sign 🙂 é"
    assert "sign 🙂 é" in await page_of(house, "Emma")


async def test_who_was_erased_is_not_there(house: House) -> None:
    async with house.database.write() as tx:
        await people.erase_key(tx, house.people["Emma"])
    async with house.client() as client:
        answer = await client.get(f"/my-data?person={house.people['Emma']}")

    assert answer.status_code == 404

"""What the page shows: every kind of input, the person's own words, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from uuid import UUID

import pytest
from markupsafe import escape

from bot.adapters.local.cards import Control, control_of
from bot.adapters.local.chat import kept
from bot.adapters.local.chat import said as types
from bot.port import Choices, FreeText, Input, Message, Option, Person, Scale
from storage import people
from storage.ids import new_id
from tests.adapters.local import examples
from tests.adapters.local.house import House, said

pytestmark = pytest.mark.slow

FIVE = tuple(Option(str(number), str(number)) for number in range(5))
SIX = (*FIVE, Option("5", "5"))
COMMAND = Option("later", "Later", command=True)

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><svg/onload=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)//127.0.0.1:8765/privacy<b>",
    "&lt;script&gt;",
    "]]><!--",
    "\u202egnp.exe",
)  # fmt: skip


async def page_of(house: House, query: str = "?language=nl") -> str:
    """Give the page as HTML."""
    async with house.client() as client:
        answer = await client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.text


async def state_of(house: House, name: str) -> str:
    """Give the pieces of somebody's chat as HTML."""
    person = house.people[name]
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={person}&language=nl")
    return "".join(item["html"] for item in answer.json()["columns"][0]["items"])


@pytest.mark.parametrize(
    ("what", "alone", "control"),
    [
        (Choices(FIVE), True, "buttons"),
        (Choices((*FIVE, COMMAND)), True, "buttons"),
        (Choices(SIX), True, "menu"),
        (Choices(SIX), False, "menu"),
        (Choices(FIVE), False, "radios"),
        (Choices(FIVE, 2), True, "list"),
        (Choices(SIX, 2), False, "list"),
        (Scale(0, 10), True, "scale"),
        (Scale(0, 10), False, "scale_radios"),
        (FreeText(1000), True, "write"),
        (FreeText(1000), False, "text"),
        (examples.DAY, True, "day"),
        (examples.DAY, False, "day_in_form"),
        (Person(), True, "person"),
    ],
)
def test_every_input_has_its_control(what: Input, *, alone: bool, control: Control) -> None:
    assert control_of(what, alone=alone) == control


SHOWN: tuple[tuple[Callable[[], Message], list[str]], ...] = (
    (examples.buttons, ['data-send="code" value="tough">Gedaan, ging stroef</button>',
                        "telt het mee vanaf 5 mensen",
                        '<a href="/privacy?language=nl"']),
    (examples.scale, ['data-send="number" value="0"', 'data-send="number" value="10"']),
    (examples.text, ["data-write", "Schrijf</button>", 'data-longest="1000"',
                     'data-send="skip" value="skip">Sla over</button>']),
    (examples.moment, ['data-command="later" data-key="plan.if">Later</button>']),
    (examples.day, ['type="date"', 'min="2026-11-24" max="2026-12-22"',
                    'value="unknown">Weet ik nog niet</button>']),
    (examples.menu, ["<select", '<option value="0900">9:00</option>', "Kies…"]),
    (examples.form, ['data-most="2"', 'type="checkbox"', "Wat deed of zei je?",
                     'type="submit" class="send">Verstuur</button>']),
    (examples.other_form, ["data-instead", 'type="radio"', ">Emma</option>", ">Niemand</option>"]),
    (examples.answered, ["Beantwoord · alleen jij", 'data-edit="goal" data-count="1">Wijzig']),
)  # fmt: skip


@pytest.mark.parametrize(("make", "parts"), SHOWN, ids=lambda each: getattr(each, "__name__", ""))
async def test_every_input_can_be_used(
    house: House, make: Callable[[], Message], parts: list[str]
) -> None:
    await house.gets("Sanne", make())

    page = await page_of(house)

    assert [part for part in parts if part not in page] == []


async def test_a_person_cannot_choose_themselves(house: House) -> None:
    await house.gets("Sanne", examples.other_form())

    page = await page_of(house)

    menu = page.split("Wie hielp?")[1].split("</select>")[0]
    assert "Sanne" not in menu


async def test_ids_on_the_page_are_there_once_even_with_one_person_in_every_column(
    house: House,
) -> None:
    await house.gets("Sanne", *examples.all_of("nl"))
    sanne = house.people["Sanne"]

    page = await page_of(house, f"?people={sanne},{sanne},{sanne}")

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:aria-\w+by|for)="([^" ]+)', page)) <= set(ids)


class Structure(HTMLParser):
    """The elements of a page with the names of their attributes, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.links |= {value or "" for name, value in attributes if name in ("href", "src")}
        if tag != "a":
            self.elements.append((tag, *(name for name, _ in attributes)))


def full_of(words: str) -> tuple[Message, ...]:
    """Give messages with these words in every place that has words."""
    field = replace(examples.text().fields[0], current=words, label=words, seen_by=words)
    other = replace(field, seen_by="")
    form = replace(examples.text(), paragraphs=(words, words), fields=(field, other), footer=words)
    return (form, replace(examples.answered(), answered=words))


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_somebody_writes_is_never_a_part_of_the_page(house: House, attack: str) -> None:
    await house.gets("Emma", *full_of("Gewoon."))
    await house.gets("Inês", *full_of(attack))

    calm = Structure(await state_of(house, "Emma"))
    attacked = Structure(await state_of(house, "Inês"))

    assert attacked.elements == calm.elements
    assert all(link.startswith(("/", "#")) for link in attacked.links)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_name_is_never_a_part_of_the_page(house: House, attack: str) -> None:
    await house.gets("Sanne", examples.other_form())
    calm = Structure(await page_of(house))
    async with house.database.write() as tx:
        await people.rename(tx, house.people["Emma"], attack)

    attacked = Structure(await page_of(house))

    assert attacked.elements == calm.elements
    assert attacked.links == calm.links


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_somebody_types_is_shown_as_it_was_typed(house: House, attack: str) -> None:
    event, sanne = new_id(), house.people["Sanne"]
    async with house.database.write() as tx:
        await types(tx, sanne, house.now, event)
        await kept(tx, sanne, attack, event)

    page = await page_of(house)

    assert str(escape(attack)) in page


async def test_beside_a_chat_stand_plan_log_and_next_visit(house: House) -> None:
    await house.has_a_course("Sanne")

    page = await page_of(house)

    first, second = page.split('id="c2"')
    assert "Als het klantoverleg op dinsdag klaar is, dan zeg ik Tom één ding." in first
    assert ">di 1 dec 9:30</time>" in first
    assert 'title="Europe/Amsterdam">Amsterdam' in first
    assert 'Hij knikte.</p><p dir="auto">Rust.' in first
    assert "di 24 nov" in first
    assert "klantoverleg" not in second
    assert "No plan yet." in second


async def test_the_page_speaks_one_language_and_each_chat_its_own(house: House) -> None:
    await house.gets("Sanne", examples.buttons("nl"))
    await house.gets("Emma", examples.buttons("en"))

    dutch, english = await page_of(house, "?language=nl"), await page_of(house, "?language=en")

    assert "Naar de volgende gebeurtenis" in dutch
    assert "To the next event" in english
    assert [("Gedaan, werkte" in page, "Did it, worked" in page) for page in (dutch, english)] == [
        (True, True),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("liked", "language"),
    [("nl-NL,nl;q=0.9", "nl"), ("de,nl;q=0.5", "nl"), ("de", "en"), ("", "en")],
)
async def test_the_page_begins_in_the_language_of_the_browser(
    house: House, liked: str, language: str
) -> None:
    async with house.client() as client:
        answer = await client.get("/", headers={"accept-language": liked})

    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("query", ["", "?people=nobody", f"?people={UUID(int=1)},{UUID(int=2)}"])
async def test_an_unknown_person_in_the_address_is_replaced_by_one_who_is_there(
    house: House, query: str
) -> None:
    page = await page_of(house, query)

    assert f'id="c1" data-number="1" data-person="{house.people["Sanne"]}"' in page
    assert f'id="c2" data-number="2" data-person="{house.people["Emma"]}"' in page


async def test_each_day_of_a_chat_has_its_heading(house: House) -> None:
    await house.gets("Sanne", said("Eén."))
    await house.add_days(1)
    await house.gets("Sanne", said("Twee."), said("Drie."))

    page = await page_of(house)

    assert re.findall(r'class="day".*?<span>(.*?)</span>', page) == [
        "dinsdag 24 november 2026",
        "woensdag 25 november 2026",
    ]


@pytest.mark.parametrize(
    ("language", "promises"),
    [
        ("nl", ["Holdfast deelt niets zonder jouw tik", "vanaf 5 mensen", "210 dagen",
                "telt niet mee in je beoordeling", "ruimt elk uur op wat te oud is"]),
        ("en", ["Holdfast shares nothing without your tap", "from 5 people up", "210 days",
                "plays no part in your appraisal", "tidies up every hour"]),
    ],
)  # fmt: skip
async def test_the_page_about_data_keeps_to_the_promises(
    house: House, language: str, promises: list[str]
) -> None:
    async with house.client() as client:
        page = (await client.get(f"/privacy?language={language}")).text

    assert [promise for promise in promises if promise not in page] == []


async def test_a_house_without_people_says_so(house: House) -> None:
    async with house.client(services=replace(house.services(), workspace=house.empty)) as client:
        answer = await client.get("/")

    assert answer.status_code == 404
    assert "There are no people yet" in answer.text

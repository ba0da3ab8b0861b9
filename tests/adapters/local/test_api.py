"""What the page sends becomes an event, and what is wrong with it is said in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from bot.adapters.local.turning import MOST_EVENTS
from bot.adapters.local.wire import LONGEST_BODY
from bot.engine.answers import Skip
from bot.port import (
    Chosen,
    EditAsked,
    Event,
    Heard,
    Notice,
    NoticeOption,
    Pressed,
    PutOff,
    Typed,
)
from storage import chat, people
from storage.errors import DatabaseAway
from tests.adapters.local import examples
from tests.adapters.local.house import START, House, said

EVENT = "0192d9a5-0000-7000-8000-000000000001"
DIALOGUE = str(UUID(int=7))
SURE = Pressed(UUID(DIALOGUE), {}, {}, sure=True)


def body(house: House, **more: object) -> dict[str, Any]:
    """Give what the page sends with every action."""
    sanne = str(house.people["Sanne"])
    return {"event": EVENT, "person": sanne, "column": 1, "dialogue": DIALOGUE, **more}


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("worked", "worked"),
        (7, 7),
        (["TIME", "CONF"], ("TIME", "CONF")),
        ({"date": "2026-11-24"}, date(2026, 11, 24)),
        ({"skip": True}, Skip()),
        ("  het lukte\x00 \ud83d ", "het lukte"),
        ("", ""),
    ],
)
async def test_a_press_becomes_an_event(house: House, sent: object, meant: object) -> None:
    async with house.client() as client:
        given = body(house, inputs={"plan.if": sent}, counts={"plan.if": 2})
        answer = await client.post("/api/press", content=json.dumps(given))

    nothing: dict[str, object] = {
        "refusals": {},
        "replacement": None,
        "notice": None,
        "seen_before": False,
    }
    assert answer.json() == nothing
    what = Pressed(UUID(DIALOGUE), {"plan.if": meant}, {"plan.if": 2})  # type: ignore[dict-item]
    assert house.heard == [Event(EVENT, house.workspace, "sanne", START, what)]


@pytest.mark.parametrize(
    ("path", "more", "what"),
    [
        (
            "/api/put_off",
            {"key": "ready", "command": "later"},
            PutOff(UUID(DIALOGUE), "ready", "later"),
        ),
        ("/api/edit", {"key": "goal", "count": 1}, EditAsked(UUID(DIALOGUE), "goal", 1)),
        ("/api/say", {"text": " plan\r\n\x00"}, Typed("plan")),
        (
            "/api/choose",
            {"delivery": DIALOGUE, "key": "control.pause", "raw": "week"},
            Chosen(UUID(DIALOGUE), "control.pause", "week"),
        ),
        (
            "/api/choose",
            {"delivery": None, "key": "control.pause_date", "raw": {"date": "2026-12-01"}},
            Chosen(None, "control.pause_date", date(2026, 12, 1)),
        ),
        ("/api/press", {"inputs": {}, "counts": {}, "sure": True}, SURE),
    ],
)
async def test_every_other_action_becomes_an_event(
    house: House, path: str, more: dict[str, object], what: object
) -> None:
    async with house.client() as client:
        answer = await client.post(path, json=body(house, **more))

    assert answer.status_code == 200
    assert [event.what for event in house.heard] == [what]


async def test_an_action_is_told_to_whoever_looks(house: House) -> None:
    with house.live.listen() as listener:
        async with house.client() as client:
            await client.post("/api/put_off", json=body(house, key="ready", command="later"))

        news = await listener.news(timedelta(seconds=5))

    assert news is not None
    assert news.people == {house.people["Sanne"]}


async def test_what_is_typed_stands_in_the_chat_once_even_if_sent_again(house: House) -> None:
    async with house.client() as client:
        await client.post("/api/say", json=body(house, text="plan"))
        await client.post("/api/say", json=body(house, text="plan"))

    async with house.database.read() as tx:
        rows = await chat.of_person(tx, house.people["Sanne"])
    assert [row.body for row in rows] == [{"text": "plan"}]
    assert [event.id for event in house.heard] == [EVENT, EVENT]


async def typed_in(house: House) -> list[chat.Message]:
    """Give what stands in Sanne's chat of what she typed."""
    async with house.database.read() as tx:
        rows = await chat.of_person(tx, house.people["Sanne"])
    return [row for row in rows if row.sender == "person"]


async def test_what_may_not_stand_is_never_kept_only_that_something_was_typed(
    house: House,
) -> None:
    house.answers.append(Heard(may_stand=False))
    async with house.client() as client:
        await client.post("/api/say", json=body(house, text="Iets zwaars."))

    [row] = await typed_in(house)
    assert (row.body, row.replaced) == ({"text": ""}, True)
    assert "Niet bewaard." in await sanne_in(house)


async def test_a_text_is_heard_before_it_stands_anywhere(house: House) -> None:
    seen: list[chat.Message] = []

    async def hear(_event: Event) -> Heard:
        seen.extend(await typed_in(house))
        return Heard()

    async with house.client(services=replace(house.services(), hear=hear)) as client:
        await client.post("/api/say", json=body(house, text="plan"))

    assert [(row.body, row.replaced) for row in seen] == [({"text": ""}, False)]
    assert [row.body for row in await typed_in(house)] == [{"text": "plan"}]


async def test_a_repeat_whose_first_answer_was_lost_keeps_no_words(house: House) -> None:
    async def away(_event: Event) -> Heard:
        raise DatabaseAway

    async with house.client(services=replace(house.services(), hear=away)) as client:
        await client.post("/api/say", json=body(house, text="Iets zwaars."))
    house.answers.append(Heard(seen_before=True))
    async with house.client() as client:
        await client.post("/api/say", json=body(house, text="Iets zwaars."))

    assert [(row.body, row.replaced) for row in await typed_in(house)] == [({"text": ""}, True)]


async def sanne_in(house: House) -> str:
    """Give Sanne's column as JSON."""
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={house.people['Sanne']}&language=nl")
    return str(answer.json()["columns"][0])


async def test_a_notice_comes_with_its_field_and_its_buttons(house: House) -> None:
    options = (
        NoticeOption("edit", "Pas aan", "back"),
        NoticeOption("is_none", "Het is er geen", "sure", "Goed. Stuur het nog eens."),
        NoticeOption("pause", "Pauzeer <b>", "choose"),
    )
    house.answers.append(
        Heard(notice=Notice("goal", "care.heavy", ("Dat klinkt zwaar.",), options))
    )
    async with house.client() as client:
        answer = await client.post("/api/press", json=body(house, inputs={}, counts={}))

    notice = answer.json()["notice"]
    assert notice["field"] == "goal"
    assert 'data-notice="care.heavy"' in notice["html"]
    assert (
        'data-does="sure" data-says="Goed. Stuur het nog eens." value="is_none"' in notice["html"]
    )
    assert "Pauzeer &lt;b&gt;</button>" in notice["html"]


async def test_somebody_is_spoken_to_in_another_language_from_now_on(house: House) -> None:
    chosen = {"person": str(house.people["Sanne"]), "language": "en"}
    async with house.client() as client:
        answer = await client.post("/api/language", json=chosen)
        state = await client.get(f"/api/state?people={house.people['Sanne']}&language=nl")

    assert answer.json()["said"].startswith("From now on in English.")
    [column] = state.json()["columns"]
    assert (column["language"], column["words"]["send"]) == ("en", "Send")
    async with house.database.read() as tx:
        assert (await people.get(tx, house.people["Sanne"])).language == "en"


async def test_nobody_speaks_for_a_stranger(house: House) -> None:
    async with house.client() as client:
        answer = await client.post(
            "/api/language", json={"person": str(UUID(int=9)), "language": "en"}
        )

    assert answer.status_code == 404


async def test_in_the_column_of_somebody_who_was_erased_stands_somebody_else(
    house: House,
) -> None:
    sanne, emma, ines = (house.people[name] for name in ("Sanne", "Emma", "Inês"))
    async with house.database.write() as tx:
        await people.erase_key(tx, sanne)
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={sanne},{emma}&language=nl")
        said_ = await client.post("/api/say", json=body(house, text="plan"))

    first, second = answer.json()["columns"]
    assert (first["person"], second["person"]) == (str(ines), str(emma))
    assert (first["gone"][:34], second["gone"]) == (
        "The person who stood here was erased."[:34],
        "",
    )
    assert [each["name"] for each in answer.json()["people"]] == ["Emma", "Inês"]
    assert said_.status_code == 404


async def test_a_house_in_which_everybody_was_erased_says_so(house: House) -> None:
    async with house.database.write() as tx:
        for person in house.people.values():
            await people.erase_key(tx, person)
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={EVENT}&language=en")

    assert (answer.status_code, "no people yet" in answer.json()["error"]) == (404, True)


async def test_refusals_go_to_their_fields(house: House) -> None:
    house.answers.append(Heard(refusals={"did": "Te lang.", "": "Nog niet alles klopt."}))
    async with house.client() as client:
        answer = await client.post("/api/press", json=body(house, inputs={}, counts={}))

    assert answer.json()["refusals"] == {"did": "Te lang.", "": "Nog niet alles klopt."}


async def test_an_edit_shows_the_question_with_the_answer_that_stands(house: House) -> None:
    asked = examples.text()
    field = replace(asked.fields[0], current="Rust in het team <b>", count=3)
    house.answers.append(Heard(replacement=replace(asked, fields=(field,))))
    async with house.client() as client:
        answer = await client.post("/api/edit", json=body(house, key="outcome", count=3))

    shown = answer.json()["replacement"]
    assert "Rust in het team &lt;b&gt;</textarea>" in shown
    assert 'data-count="3"' in shown
    assert "data-cancel" in shown


TAKEN = (
    "/api/press", "/api/choose", "/api/put_off", "/api/edit", "/api/say", "/api/language",
    "/api/clock/towards",
)  # fmt: skip

WRONG = {
    "no JSON": b"{",
    "no object": b"[]",
    "nothing": b"",
    "not UTF-8": b'{"event": "\xff"}',
    "nested without end": b"[" * 60_000,
    "a number without end": b'{"count": ' + b"9" * 6_000 + b"}",
}


@pytest.mark.parametrize("path", TAKEN)
@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
async def test_what_is_no_json_object_is_refused_in_words(
    house: House, path: str, content: bytes
) -> None:
    async with house.client() as client:
        answer = await client.post(f"{path}?language=nl", content=content)

    assert (answer.status_code, house.heard) == (400, [])
    assert answer.json() == {"error": "Dit verzoek klopt niet. Laad de pagina opnieuw."}


WRONG_PARTS: dict[str, tuple[str, dict[str, object]]] = {
    "no event": ("/api/press", {"event": None}),
    "an event that is no id": ("/api/press", {"event": "one"}),
    "a person that is no id": ("/api/press", {"person": "sanne"}),
    "a person that is a number": ("/api/press", {"person": 7}),
    "no column": ("/api/press", {"column": None}),
    "a column that is not there": ("/api/press", {"column": 4}),
    "a column that is true": ("/api/press", {"column": True}),
    "a dialogue that is no id": ("/api/press", {"dialogue": ["x"]}),
    "inputs that are a list": ("/api/press", {"inputs": []}),
    "too many inputs": ("/api/press", {"inputs": {f"k{n}": 1 for n in range(21)}}),
    "an input that is nothing": ("/api/press", {"inputs": {"k": None}}),
    "an input that is true": ("/api/press", {"inputs": {"k": True}}),
    "an input that is a fraction": ("/api/press", {"inputs": {"k": 1.5}}),
    "a day that is none": ("/api/press", {"inputs": {"k": {"date": "2026-13-01"}}}),
    "a list of lists": ("/api/press", {"inputs": {"k": [["x"]]}}),
    "a key with a space": ("/api/press", {"inputs": {"a b": "x"}}),
    "an empty key": ("/api/press", {"inputs": {"": "x"}}),
    "a key without end": ("/api/press", {"inputs": {"k" * 201: "x"}}),
    "a count that is a text": ("/api/press", {"counts": {"k": "1"}}),
    "a count below nothing": ("/api/press", {"counts": {"k": -1}}),
    "a count that is true": ("/api/press", {"counts": {"k": True}}),
    "no command": ("/api/put_off", {"key": "ready", "command": None}),
    "no key": ("/api/edit", {"key": None, "count": 1}),
    "a text that is a number": ("/api/say", {"text": 1}),
    "a delivery that is no id": ("/api/choose", {"delivery": "x", "raw": "x"}),
    "a choice of nothing": ("/api/choose", {"raw": None}),
    "a language that nobody speaks here": ("/api/language", {"language": "xx"}),
    "a language that is a list": ("/api/language", {"language": ["nl"]}),
    "a day that is no day": ("/api/clock/towards", {"day": "tomorrow"}),
    "a day that is a number": ("/api/clock/towards", {"day": 7}),
    "a count of messages that is none": (
        "/api/clock/towards",
        {"day": "2026-12-01", "so_far": -1},
    ),
}


@pytest.mark.parametrize(("path", "wrong"), WRONG_PARTS.values(), ids=WRONG_PARTS)
async def test_a_wrong_part_is_refused_in_words(
    house: House, path: str, wrong: dict[str, object]
) -> None:
    given = body(house, inputs={"k": "x"}, counts={"k": 0}, key="k", command="later", text="x")
    async with house.client() as client:
        answer = await client.post(f"{path}?language=en", json={**given, **wrong})

    assert (answer.status_code, house.heard) == (400, [])
    assert answer.json() == {"error": "This request makes no sense. Load the page again."}


async def test_an_empty_message_is_refused(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/api/say?language=en", json=body(house, text=" \n\x00"))

    assert (answer.status_code, answer.json()) == (400, {"error": "Type a message first."})


async def test_nobody_acts_for_a_stranger(house: House) -> None:
    stranger = body(house, person=str(UUID(int=9)), text="plan")
    async with house.client() as client:
        answer = await client.post("/api/say?language=en", json=stranger)

    assert (answer.status_code, house.heard) == (404, [])
    assert "isn't known here" in answer.json()["error"]


@pytest.mark.parametrize(("length", "status"), [(LONGEST_BODY, 200), (LONGEST_BODY + 1, 413)])
async def test_a_body_may_have_64_kilobytes(house: House, length: int, status: int) -> None:
    start = json.dumps(body(house, text="x"))[:-2]
    content = start + "x" * (length - len(start) - 2) + '"}'
    async with house.client() as client:
        answer = await client.post("/api/say?language=en", content=content)

    assert answer.status_code == status


async def test_a_database_that_is_away_is_said_in_words(house: House) -> None:
    async def away(_event: Event) -> Heard:
        raise DatabaseAway

    async with house.client(services=replace(house.services(), hear=away)) as client:
        answer = await client.post("/api/say?language=en", json=body(house, text="plan"))

    assert answer.status_code == 503
    assert "can't be reached" in answer.json()["error"]


@pytest.mark.parametrize(
    ("language", "said_"),
    [("nl", "di 24 nov 10:30 — 1 nieuw bericht"), ("en", "Tue 24 Nov 10:30 — 1 new message")],
)
async def test_the_clock_says_what_happened(house: House, language: str, said_: str) -> None:
    house.coming = [timedelta(hours=1)]
    async with house.client() as client:
        answer = await client.post(f"/api/clock/next?language={language}")

    sanne = {"id": str(house.people["Sanne"]), "name": "Sanne", "messages": 1}
    assert (answer.json()["said"], answer.json()["people"]) == (said_, [sanne])


async def test_the_clock_goes_on_until_somebody_who_is_seen_has_news(house: House) -> None:
    house.coming = [timedelta(hours=1)] * 9
    seen, other = house.people["Sanne"], house.people["Emma"]
    async with house.client() as client:
        first = await client.post(f"/api/clock/next?language=nl&people={seen},{other}")
        then = await client.post(f"/api/clock/next?language=nl&people={other}")

    assert first.json()["said"] == "di 24 nov 10:30 — 1 nieuw bericht"
    assert then.json()["number"] == MOST_EVENTS
    assert "Wie je nu ziet kreeg niets" in then.json()["said"]


async def test_the_clock_says_that_nothing_is_coming(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/api/clock/next?language=en")

    assert answer.json()["said"].startswith("Nothing more is coming.")
    assert answer.json()["people"] == []


async def test_a_day_may_pass_quietly(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/api/clock/day?language=en")

    assert answer.json()["said"] == "Wed 25 Nov 9:30 — no new messages"
    assert answer.json()["people"] == []
    assert house.now == START + timedelta(days=1)


async def towards(house: House, day: str, **more: object) -> httpx.Response:
    """Turn the clock one step nearer to a day."""
    async with house.client() as client:
        return await client.post("/api/clock/towards?language=en", json={"day": day, **more})


async def test_to_a_date_the_clock_goes_event_by_event_until_its_working_day_is_over(
    house: House,
) -> None:
    house.coming = [timedelta(days=1)]

    steps = [(await towards(house, "2026-11-26", so_far=3)).json() for _ in range(2)]

    assert [(each["said"], each["number"], each["done"]) for each in steps] == [
        ("Wed 25 Nov 9:30 — 4 new messages", 4, False),
        ("Thu 26 Nov 17:00 — 3 new messages", 3, True),
    ]
    assert [each["name"] for each in steps[0]["people"]] == ["Sanne"]


async def test_a_clock_that_came_there_by_itself_is_done(house: House) -> None:
    house.now = START + timedelta(days=1)

    answer = await towards(house, "2026-11-24", going=True)

    assert answer.json()["done"]
    assert house.now == START + timedelta(days=1)


OVER = "That day is over and the clock only goes forward. Choose a day from "
FAR = "That is too far ahead. Choose a day up to Wed 29 Dec 2027."


@pytest.mark.parametrize(
    ("day", "hours", "said_"),
    [
        ("2026-11-23", 0, f"{OVER}Tue 24 Nov 2026 on."),
        ("2026-11-24", 12, f"{OVER}Wed 25 Nov 2026 on."),
        ("2027-12-30", 0, FAR),
        ("9999-12-31", 0, FAR),
        ("", 0, "Choose a day first."),
    ],
)
async def test_a_date_that_cannot_be_reached_is_refused_in_words(
    house: House, day: str, hours: int, said_: str
) -> None:
    house.now += timedelta(hours=hours)
    before = house.now

    answer = await towards(house, day)

    assert (answer.status_code, answer.json()) == (400, {"error": said_})
    assert house.now == before


async def test_turning_the_clock_is_told_to_every_page(house: House) -> None:
    with house.live.listen() as listener:
        async with house.client() as client:
            await client.post("/api/clock/day")

        news = await listener.news(timedelta(seconds=5))

    assert news is not None
    assert news.everything


async def test_the_state_shows_each_column_as_its_person_sees_it(house: House) -> None:
    await house.gets("Sanne", said("Hoi Sanne."))
    await house.gets("Emma", said("Hi Emma.", language="en"))
    sanne, emma = house.people["Sanne"], house.people["Emma"]
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={sanne},{emma}&language=en")

    state = answer.json()
    assert state["clock"] == {
        "iso": "2026-11-24T09:30:00+01:00",
        "text": "Tuesday 24 November 2026 9:30",
        "place": "Amsterdam",
    }
    first, second = state["columns"]
    assert (first["person"], second["person"]) == (str(sanne), str(emma))
    assert (first["local"], second["local"]) == ("9:30 Amsterdam", "8:30 London")
    assert (first["words"]["send"], second["words"]["send"]) == ("Verstuur", "Send")
    assert "Hoi Sanne." in first["items"][1]["html"]
    assert "Emma" not in json.dumps(first)


async def test_a_mark_changes_only_with_what_it_marks(house: House) -> None:
    first, _ = await house.gets("Sanne", examples.scale(), said("Hoi."))
    sanne = house.people["Sanne"]
    path = f"/api/state?people={sanne}&language=en"
    async with house.client() as client:
        before = (await client.get(path)).json()["columns"][0]["items"]
        await house.chat.replace(house.to("Sanne"), first, examples.answered())
        after = (await client.get(path)).json()["columns"][0]["items"]

    same = [one["mark"] == other["mark"] for one, other in zip(before, after, strict=True)]
    assert same == [True, False, True]


@pytest.mark.parametrize(
    "query", ["", "?people=", "?people=x", "?people=,", f"?people={','.join([EVENT] * 4)}"]
)
async def test_a_state_of_nothing_that_can_be_shown_is_refused_in_words(
    house: House, query: str
) -> None:
    async with house.client() as client:
        answer = await client.get(f"/api/state{query}")

    assert answer.status_code == 400
    assert "error" in answer.json()

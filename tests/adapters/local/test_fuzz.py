"""Whatever comes in gets a clear refusal in words or a right answer, and nothing is lost.

The application itself is asked, as over HTTP: what it raises would fail the test, and what its
conversation raises would stand among the failed events.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.local.page import routes
from bot.engine.reading import LONGEST_TEXT, storable
from tests.adapters.local.demo_house import Demo, Settled, acting, open_demo
from tests.adapters.local.paths import paths_of
from tests.adapters.local.test_security import STREAM

pytestmark = pytest.mark.slow

FAMILY: Final = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
STATUSES: Final = frozenset({200, 400, 404, 413})

# What people, and those who mean harm, put into a field.
TEXTS: Final = {
    "five thousand families": FAMILY * 5000,
    "a few families": f"Ik vraag na het overleg {FAMILY * 30} of het hielp",
    "one emoji too many": "é" * LONGEST_TEXT + "🌱",
    "as long as may be": "a" * LONGEST_TEXT,
    "right to left": "אני אומר לטום אחרי הפגישה מה עזר לי",
    "both ways": "Tom \u202egnp.exe\u202c na het overleg \u2066verborgen\u2069 zeggen",
    "controls": "Tom\x00 na\x07 het\x1b[31m overleg\x7f zeggen \x85 wat hielp",
    "only controls": "\x00\x01\x02\x1f\x7f",
    "only surrogates": "\udfff\udfff",
    "half an emoji": "Tom na het overleg zeggen \ud83d wat hielp",
    "lines of every kind": "Tom\r\nna\rhet\u2028overleg\u2029zeggen\x0bwat\x0chielp",
    "nothing to see": "\u200b\u200c\u200d\u2060\ufeff\u00ad",
    "white": " \t\n\u00a0\u2003 ",
    "stacked accents": "Z" + "\u0300" * 900 + " na het overleg",
    "everybody": "Tom <!channel> na het overleg <!here> zeggen wat hielp",
    "somebody": "na het overleg <@U024BE7LH> zeggen wat hielp",
    "a link": "na het overleg <https://evil.example|Klik hier> zeggen",
    "Markdown": "na het overleg **vet** [klik](javascript:alert(1)) `x` ~~y~~ # kop",
    "HTML": "na het overleg <script>alert(1)</script><img src=x onerror=alert(1)> zeggen",
    "a template": "na het overleg {{ 7 * 7 }} {% for a in b %} {name} %s ${jndi:ldap://x} zeggen",
    "SQL": "na het overleg Robert'); DROP TABLE people;-- zeggen",
    "a path": "na het overleg ../../../../etc/passwd zeggen",
    "a formula": '=HYPERLINK("https://evil.example") na het overleg',
    "JSON": '{"skip": true} na het overleg ["x"]',
    "quotes of every kind": "na het overleg 'zeg' \"ik\" ‘dat’ “het” «hielp» zeggen",
    "a number": "7",
    "a number that is too big": "9" * 900,
    "a date": "2026-11-26",
    "not a character": "na het overleg \ufffe\uffff zeggen wat hielp",
    "private": "na het overleg \ue000\U0010fffd zeggen wat hielp",
}  # fmt: skip

READ_NOTHING: Final = ("/api/clock", "/api/story/start")  # whatever stands in a body

HOSTILE_BODIES: Final = {
    "a megabyte": b'{"text": "' + b"x" * 1_000_000 + b'"}',
    "ten thousand deep lists": b"[" * 10_000 + b"]" * 10_000,
    "ten thousand deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep inside a field": b'{"inputs": {"goal": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
    "a key a thousand times": b"{" + b",".join([b'"event": 1'] * 1000) + b"}",
    "no number": b'{"column": NaN, "counts": {"a": Infinity}}',
    "a huge number": b'{"column": 1e999}',
    "more digits than there are": b'{"column": ' + b"9" * 5_000 + b"}",
    "UTF-16": '{"text": "hoi"}'.encode("utf-16"),
    "a mark before it": b"\xef\xbb\xbf{}",
    "half a character": b'{"text": "\xf0\x9f"}',
    "an escaped null": rb'{"text": "\u0000", "event": "\u0000"}',
    "an escaped surrogate": rb'{"text": "\ud800", "person": "\udfff"}',
    "nothing": b"",
    "a null": b"\x00",
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "a form": b"text=hoi&person=1",
    "two objects": b"{}{}",
}


Copied = tuple[Path, Settled]


@pytest.fixture(scope="session")
def half_way(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Give a demo in which Sanne is asked the first question that is answered in words."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("half_way") / "holdfast.db")
    return Path(file), asyncio.run(_half_way(f"sqlite+aiosqlite:///{file}"))


async def _half_way(url: str) -> Settled:
    async with open_demo(url) as demo:
        await demo.goes_on_until("Sanne")
        await at_the_goal(demo)
        return demo.left


@pytest_asyncio.fixture(loop_scope="session")
async def demo(sqlite_url: str) -> AsyncIterator[Demo]:
    """Give a demo whose first messages were sent."""
    async with open_demo(sqlite_url) as opened:
        await opened.goes_on_until("Sanne")
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def asked_for_words(half_way: Copied, tmp_path: Path) -> AsyncIterator[Demo]:
    """Give a copy of the demo that is half way."""
    file, left = half_way
    copied = shutil.copy(file, tmp_path / "half_way.db")
    async with open_demo(f"sqlite+aiosqlite:///{copied}", left) as opened:
        yield opened


async def sent(
    demo: Demo, path: str, body: object = None, *, content: bytes | None = None
) -> httpx.Response:
    """Post to the page, and see that what comes back is in words."""
    raw = json.dumps(body).encode() if content is None else content
    async with demo.client() as client:
        answer = await client.post(f"{path}?language=nl", content=raw)
    assert answer.status_code in STATUSES, answer.text
    told = answer.json()
    assert isinstance(told, dict)
    assert answer.status_code == 200 or told["error"].endswith((".", "?"))
    assert "Traceback" not in answer.text
    return answer


async def taps(demo: Demo, **inputs: object) -> dict[str, Any]:
    """Answer the question that Sanne is asked; give what came back."""
    asking = await demo.asks("Sanne")
    counts = {each.key: each.count for each in asking.fields if each.key in inputs}
    body = acting(
        demo.people["Sanne"], dialogue=str(asking.dialogue), inputs=inputs, counts=counts
    )
    told: dict[str, Any] = (await sent(demo, "/api/press", body)).json()
    return told


async def at_the_goal(demo: Demo) -> None:
    """Join, and come to the first question that is answered in words."""
    for inputs in ({"hello": "join"}, {"promise": "fine"}, {"hours": "tuesday"}, {"pace": "two"}):
        assert (await taps(demo, **inputs))["refusals"] == {}
    await demo.goes_on_until("Sanne")
    assert (await taps(demo, ready="start"))["refusals"] == {}
    assert (await demo.asks("Sanne")).fields[0].key == "goal"


async def rows_of(demo: Demo) -> tuple[dict[str, object], list[UUID], list[str]]:
    """Give all that a refusal may not touch: answers, what was said, and what was typed."""
    said = [each.delivery for each in await demo.sees("Sanne")]
    return await demo.answers("Sanne"), said, await demo.typed("Sanne")


def words_in(value: object) -> Iterator[str]:
    """Give every text in a value that was stored as JSON."""
    match value:
        case str():
            yield value
        case list():
            yield from (text for each in value for text in words_in(each))
        case dict():
            yield from words_in(list(value.values()))


async def texts_of(demo: Demo) -> list[str]:
    """Give every text that stands in the answers of Sanne."""
    answers = await demo.answers("Sanne")
    return [text for each in answers.values() for text in words_in(json.loads(str(each))) if text]


async def still_shown(demo: Demo) -> None:
    """See that every page still comes, and that nothing went wrong behind it."""
    ids = ",".join(str(person) for person in demo.people.values())
    async with demo.client() as client:
        shown = [
            await client.get(path)
            for path in ("/?language=nl", f"/api/state?language=en&people={ids}")
        ]
    assert [each.status_code for each in shown] == [200, 200]
    assert await demo.failed() == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_words_in_a_field_are_kept_whole_or_refused_in_words(
    asked_for_words: Demo, text: str
) -> None:
    demo = asked_for_words
    before = await rows_of(demo)

    told = await taps(demo, goal=text)

    refused = any(told.get(name) for name in ("error", "refusals", "notice"))
    assert (storable(text) in await texts_of(demo)) is not refused
    assert (await rows_of(demo) == before) is refused
    await still_shown(demo)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_words_in_the_chat_are_kept_whole_or_it_is_said_that_they_are_not(
    asked_for_words: Demo, text: str
) -> None:
    demo = asked_for_words
    before = await rows_of(demo)

    answer = await sent(demo, "/api/say", acting(demo.people["Sanne"], text=text))

    typed, kept = await demo.typed("Sanne"), storable(text) in await texts_of(demo)
    assert (await rows_of(demo) == before) is (answer.status_code != 200)
    assert typed in ([], [""], [storable(text)])
    assert typed == [storable(text)] or not kept
    assert (len(await demo.sees("Sanne")) > len(before[1])) is (answer.status_code == 200)
    await still_shown(demo)


async def test_the_hardest_words_go_all_the_way_to_plan_and_log(asked_for_words: Demo) -> None:
    demo = asked_for_words
    hard = f"<!channel> <b>&amp;</b> {{name}} %s {FAMILY} אבג \\ ' \""

    for inputs in (
        {"goal": hard}, {"outcome": hard}, {"obstacle": f"ik ben bang {hard}"},
        {"plan.if": f"als het overleg {hard} begint"}, {"plan.day": "unknown"},
        {"plan.then": f"vraag ik aan {hard} wat hielp"},
        {"plan.obstacle_then": f"dan {hard} toch"},
        {"plan.reaction": "rush"}, {"plan.reaction_then": f"ik zeg {hard} rustig"},
    ):  # fmt: skip
        assert (await taps(demo, **inputs))["refusals"] == {}

    line = "\n".join((await demo.asks("Sanne")).paragraphs)
    assert hard in line
    await still_shown(demo)


@pytest.mark.parametrize("content", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES)
async def test_a_hostile_body_is_refused_in_words_on_every_route(
    demo: Demo, content: bytes
) -> None:
    before = await rows_of(demo)
    unsafe = [path for method, path in paths_of(routes(demo.services())) if method == "POST"]
    reading = [path for path in unsafe if not path.startswith(READ_NOTHING)]

    answers = {path: await sent(demo, path, content=content) for path in reading}

    assert len(answers) >= 7
    assert {each.status_code for each in answers.values()} <= {400, 413}
    assert await rows_of(demo) == before


JSON_VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=40)
    | st.sampled_from(sorted(TEXTS.values())),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=10) | st.sampled_from(["skip", "date"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
RAWS: Final = (
    JSON_VALUES
    | st.sampled_from(["join", "fine", "tuesday", "skip", "later", "unknown", "", "0", "10"])
    | st.dates().map(lambda day: {"date": day.isoformat()})
    | st.just({"skip": True})
)
KEYS: Final = st.sampled_from(
    ["hello", "promise", "goal", "plan.if", "hours", "", "__class__", "goal.deeper"]
) | st.text(max_size=12)
ACTIONS: Final = ("press", "choose", "put_off", "edit", "say", "language")


@st.composite
def bent(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Make an action, and what replaces or drops parts of a right body."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "inputs": st.dictionaries(KEYS, RAWS, max_size=3) | JSON_VALUES,
        "counts": st.dictionaries(KEYS, st.integers(-1, 3), max_size=3) | JSON_VALUES,
        "key": KEYS | JSON_VALUES,
        "count": st.integers(-2, 2**70) | JSON_VALUES,
        "command": st.sampled_from(["later", "tomorrow", "stop"]) | JSON_VALUES,
        "text": st.sampled_from(sorted(TEXTS.values())) | JSON_VALUES,
        "raw": RAWS,
        "language": st.sampled_from(["nl", "en"]) | JSON_VALUES,
        "sure": st.booleans() | JSON_VALUES,
    }
    whole = {name: draw(values) for name, values in parts.items()}
    spoiled = st.dictionaries(
        st.sampled_from(["event", "person", "column", "dialogue", "delivery"]),
        JSON_VALUES,
        max_size=1,
    )
    return draw(st.sampled_from(ACTIONS)), whole | draw(spoiled)


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(bent())
async def test_an_action_bent_in_any_way_is_answered_in_words(
    demo: Demo, action: tuple[str, dict[str, Any]]
) -> None:
    name, more = action
    asking = await demo.asks("Sanne")
    body = acting(demo.people["Sanne"], dialogue=str(asking.dialogue), delivery=None) | more

    await sent(demo, f"/api/{name}", body)

    assert await demo.failed() == []


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.dictionaries(
        st.sampled_from(["people", "person", "language", "left", "tab", "token", "story"]),
        st.text(max_size=60) | st.sampled_from([*TEXTS.values()]).map(lambda text: text[:500]),
    ),
    st.text(st.characters(codec="latin-1"), max_size=40),
)
async def test_a_question_bent_in_any_way_is_answered(
    demo: Demo, query: dict[str, str], liked: str
) -> None:
    asks = [path for method, path in paths_of(routes(demo.services())) if method == "GET"]
    given_ = {name: value.encode(errors="replace").decode() for name, value in query.items()}
    async with demo.client({b"accept-language": liked.encode("latin-1")}) as client:
        answers = [await client.get(path, params=given_) for path in asks if path != STREAM]

    assert {each.status_code for each in answers} <= {200, 303, 400, 403, 404}


async def test_one_tap_that_comes_ten_times_at_once_counts_once(demo: Demo) -> None:
    asking = await demo.asks("Sanne")
    body = acting(
        demo.people["Sanne"], dialogue=str(asking.dialogue), inputs={"hello": "join"},
        counts={"hello": 0},
    )  # fmt: skip

    answers = await asyncio.gather(*(sent(demo, "/api/press", body) for _ in range(10)))

    assert sorted(each.json()["seen_before"] for each in answers) == [False] + [True] * 9
    assert sum("Ik deel niets" in str(each.paragraphs) for each in await demo.sees("Sanne")) == 1


async def test_of_two_different_taps_at_once_the_first_counts_and_the_other_is_told(
    demo: Demo,
) -> None:
    asking = await demo.asks("Sanne")
    common: dict[str, object] = {"dialogue": str(asking.dialogue), "counts": {"hello": 0}}
    sanne = demo.people["Sanne"]
    taps_ = [acting(sanne, inputs={"hello": each}, **common) for each in ("join", "decline")]

    answers = await asyncio.gather(*(sent(demo, "/api/press", body) for body in taps_))

    refused = [bool(each.json()["refusals"]) for each in answers]
    assert sorted(refused) == [False, True]


async def test_the_id_of_an_event_that_was_heard_cannot_be_used_for_another(demo: Demo) -> None:
    asking = await demo.asks("Sanne")
    body = acting(demo.people["Sanne"], dialogue=str(asking.dialogue), inputs={"hello": "more"},
                  counts={"hello": 0})  # fmt: skip
    await sent(demo, "/api/press", body)
    before = await demo.answers("Sanne")

    again = await sent(demo, "/api/press", {**body, "inputs": {"promise": "rather_not"}})

    assert again.json()["seen_before"]
    assert await demo.answers("Sanne") == before


async def test_taps_in_the_wrong_order_lose_nothing(demo: Demo) -> None:
    early = await taps(demo, pace="two", hours="tuesday")
    assert early["refusals"] != {}

    assert (await taps(demo, hello="join"))["refusals"] == {}
    late = await taps(demo, hello="join")

    assert isinstance(late["refusals"], dict)
    assert (await demo.asks("Sanne")).fields[0].key == "promise"
    assert await demo.failed() == []


async def test_nobody_taps_for_another(demo: Demo) -> None:
    asking = await demo.asks("Sanne")
    before = await rows_of(demo)
    body = acting(demo.people["Emma"], dialogue=str(asking.dialogue), inputs={"hello": "decline"},
                  counts={"hello": 0})  # fmt: skip

    told = (await sent(demo, "/api/press", body)).json()

    assert "" in told["refusals"]
    assert await rows_of(demo) == before


NO_DAYS: Final[tuple[object, ...]] = (
    "", "0001-01-01", "9999-12-31", "2026-02-30", "morgen", "2026-11-22", "\u0660", "-1", 5, None,
    True, [], {"date": "2026-11-26"}, "2026-11-26T10:00:00", "\ud800", "2" * 10_000,
)  # fmt: skip


@pytest.mark.parametrize("day", NO_DAYS, ids=lambda day: repr(day)[:20])
async def test_a_clock_is_turned_to_no_day_that_is_none(demo: Demo, day: object) -> None:
    before = demo.hands.clock.now()

    answer = await sent(demo, "/api/clock/towards", {"day": day})

    assert (answer.status_code, demo.hands.clock.now()) == (400, before)

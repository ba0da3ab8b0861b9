"""What holds between hearing and sending: last checks, failures kept, nothing said twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa

from bot.delivery import MOST_TRIES, Delivery
from bot.errors import Ambiguous, BadContent, Throttled, TryLater, Unreachable
from bot.letters import Letter, Line, to_json
from bot.nudges import Nudges
from bot.port import Destination, Message, Pressed
from bot.scene import House
from storage import addresses, dialogues, enrolments, inbox, nudges, outbox, people
from storage.tables_talk import dialogues as dialogues_table
from storage.tables_talk import outbox as outbox_table
from tests.chat import RememberingChat
from tests.people import Someone, Town, Turning
from tests.stories.beginnings import asked_how_it_went, at_the_goal, at_the_if, invited, planned

pytestmark = pytest.mark.slow

NOW_LEASE = timedelta(0)


class TroubledChat(RememberingChat):
    """A chat that fails once, in a given way, before or after the message arrived."""

    def __init__(self, trouble: Exception, *, arrived: bool = False) -> None:
        """Take what to raise, and whether the message is there all the same."""
        super().__init__()
        self.trouble: Exception | None = trouble
        self.arrived = arrived

    async def send(self, to: Destination, message: Message) -> str:
        """Fail the first time."""
        if self.trouble is None:
            return await super().send(to, message)
        trouble, self.trouble = self.trouble, None
        if self.arrived:
            await super().send(to, message)
        raise trouble


def hands_of(town: Town, chat: RememberingChat) -> Delivery:
    """Give hands that send to another chat."""
    hands = town.hands
    house = House("holdfast.example")
    return Delivery(hands.database, chat, hands.words, house=house, lease=NOW_LEASE)


async def first_due(town: Town) -> datetime:
    """Turn to what comes first and open it, without sending it; return the moment."""
    async with town.hands.database.read() as tx:
        moment = (await nudges.of_person(tx, town["Sanne"].id))[0].due_at
    await Nudges(town.hands.database, lease=NOW_LEASE).open_due(moment)
    return moment


async def test_who_stops_between_opening_and_sending_gets_nothing(town: Town) -> None:
    moment = await first_due(town)
    learner = town["Sanne"]
    async with town.hands.database.write() as tx:
        held = (await enrolments.of_person(tx, learner.id))[-1]
        await enrolments.change(tx, held.id, status="stopped")

    await hands_of(town, town.chat).drain(moment)

    assert learner.messages == []
    async with town.hands.database.read() as tx:
        closed = await dialogues.of_person(tx, learner.id)
        planned = await nudges.of_person(tx, learner.id)
    assert [each.closed_reason for each in closed] == ["never_sent"]
    assert [(each.state, each.reason) for each in planned] == [("dropped", "stopped")]


async def test_what_was_opened_at_night_waits_for_the_morning(town: Town) -> None:
    moment = await first_due(town)
    night = moment.replace(hour=22)

    await hands_of(town, town.chat).drain(night)
    assert town["Sanne"].messages == []
    await town.clock.passes(days=1)

    town["Sanne"].reads("welcome.hello")
    assert len(town["Sanne"].messages) == 1


async def test_trouble_that_passes_delays_a_message_and_loses_nothing(town: Town) -> None:
    moment = await first_due(town)
    chat = TroubledChat(TryLater())
    delivery = hands_of(town, chat)

    await delivery.drain(moment)
    assert chat.sent == 0
    await delivery.drain(moment + timedelta(minutes=5))

    assert chat.sent == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_ambiguous_send_is_looked_up_and_never_doubled(
    town: Town, *, arrived: bool
) -> None:
    moment = await first_due(town)
    chat = TroubledChat(Ambiguous(), arrived=arrived)

    await hands_of(town, chat).drain(moment)

    assert chat.sent == 1


@pytest.mark.parametrize("trouble", [Unreachable(), BadContent()])
async def test_a_permanent_refusal_ends_in_a_state_with_its_reason(
    town: Town, trouble: Exception
) -> None:
    moment = await first_due(town)

    await hands_of(town, TroubledChat(trouble)).drain(moment)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, town["Sanne"].id)
        rows = await outbox.of_dialogue(tx, held[0].id)
    assert [(row.state, row.reason) for row in rows] == [("failed", type(trouble).__name__)]


async def test_somebody_without_a_reachable_address_is_marked_so(town: Town) -> None:
    moment = await first_due(town)
    learner = town["Sanne"]
    async with town.hands.database.write() as tx:
        address = await addresses.preferred(tx, learner.id)
        assert address is not None
        await addresses.set_state(tx, address.id, "left")

    await hands_of(town, town.chat).drain(moment)

    async with town.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id)
        rows = await outbox.of_dialogue(tx, held[0].id)
    assert [(row.state, row.reason) for row in rows] == [("failed", "unreachable")]


@pytest.mark.begins(invited)
async def test_a_turn_that_fails_is_kept_told_once_and_heard_again(
    town: Town, learner: Someone, clock: Turning
) -> None:
    hello = learner.last
    assert hello.dialogue is not None
    await rename_kind(town, "welcome", "unheard_of")

    await learner.does(Pressed(hello.dialogue, {"hello": "more"}, {"hello": 0}))
    await town.hands.look()

    learner.reads("common.failed")
    assert sum("ging iets mis" in m.paragraphs[0] for m in learner.messages) == 1
    async with town.hands.database.read() as tx:
        kept = await inbox.failed(tx)
    assert len(kept) == 1

    await rename_kind(town, "unheard_of", "welcome")
    await clock.passes(minutes=30)

    learner.reads("welcome.promise")
    async with town.hands.database.read() as tx:
        assert await inbox.failed(tx) == []


async def rename_kind(town: Town, old: str, new: str) -> None:
    """Make stored dialogues ones that no release knows, or mend them."""
    async with town.hands.database.write() as tx:
        table = dialogues_table
        await tx.connection.execute(sa.update(table).where(table.c.kind == old).values(kind=new))


async def test_a_nudge_that_fails_never_holds_up_the_others(town: Town) -> None:
    async with town.hands.database.write() as tx:
        await people.set_zone(tx, town["Sanne"].id, "Europe/Nowhere")

    await town.clock.passes(days=1)

    assert town["Sanne"].messages == []
    town["Emma"].reads("welcome.hello")
    async with town.hands.database.read() as tx:
        broken = await nudges.of_person(tx, town["Sanne"].id)
    assert [(each.state, each.tries) for each in broken] == [("failed", 5)]


@pytest.mark.begins(asked_how_it_went)
async def test_typed_words_go_to_the_dialogue_in_focus(
    town: Town, learner: Someone, clock: Turning
) -> None:
    first = learner.last
    await learner.taps("Iets anders gedaan")
    learner.reads("check_in.instead")
    await clock.passes(days=7)
    second = learner.last
    assert second.dialogue != first.dialogue
    await learner.taps("Iets anders gedaan")

    await learner.types("Ik stelde alleen een open vraag aan het eind")

    async with town.hands.database.read() as tx:
        assert first.dialogue is not None
        assert second.dialogue is not None
        one = await dialogues.load(tx, first.dialogue)
        two = await dialogues.load(tx, second.dialogue)
    assert one is not None
    assert two is not None
    assert "open vraag" not in one.answers
    assert "open vraag" in two.answers


@pytest.mark.begins(asked_how_it_went)
async def test_two_dialogues_that_wait_for_words_without_focus_are_asked_for(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await learner.taps("Iets anders gedaan")
    await clock.passes(days=7)
    await learner.taps("Iets anders gedaan")
    async with town.hands.database.write() as tx:
        await people.set_focus(tx, learner.id, None)

    await learner.types("geheim-4471 hoort nergens bij")

    learner.reads("common.first_this")
    learner.never_saw("geheim-4471")


@pytest.mark.begins(at_the_goal)
async def test_a_refusal_stands_at_its_field_and_keeps_nothing(learner: Someone) -> None:
    heard = await learner.writes("x" * 1001)

    assert heard.refusals["goal"].startswith("Dat is meer dan ik kan bewaren")
    assert learner.last.fields[0].key == "goal"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦" * 80 + " vraag het na het overleg",
        "שאלה אחת אחרי הפגישה עם הצוות שלי",
        "<!channel> <@U123> *vet* _cursief_ <script>alert(1)</script> {name} {plan} na de visite",
        "tab\tnieuwe\r\nregel\x00\x07 na het overleg",
    ],
)
@pytest.mark.begins(at_the_if)
async def test_what_people_write_comes_back_as_they_wrote_it(learner: Someone, text: str) -> None:
    await learner.writes(text)

    kept = text.replace("\x00", "").replace("\x07", "").replace("\r\n", "\n")
    async with learner.hands.database.read() as tx:
        held = await dialogues.of_person(tx, learner.id, state="open")
    assert held[0].waiting is not None
    stored = held[0].answers.encode().decode()
    assert kept.split("\n", maxsplit=1)[0].replace("\t", "\\t") in stored


@pytest.mark.begins(planned)
async def test_nothing_comes_outside_the_hours_or_within_twenty_hours(
    town: Town, learner: Someone, clock: Turning
) -> None:
    await clock.passes(days=70)

    async with town.hands.database.read() as tx:
        moments = await outbox.proactive_sent_at(tx, learner.id)
    local = [moment.astimezone(UTC) for moment in moments]
    gaps = [later - earlier for earlier, later in pairwise(local)]
    assert len(moments) >= 5
    assert all(moment.weekday() < 5 for moment in local)
    assert min(gaps[1:]) >= timedelta(hours=20)


@pytest.mark.begins(asked_how_it_went)
async def test_every_field_of_a_form_may_be_skipped(learner: Someone) -> None:
    await learner.taps("Gedaan, ging stroef")

    heard = await learner.skips()

    assert not heard.refusals
    learner.reads("check_in.change")


class StrictChat(RememberingChat):
    """A chat that lets two messages pass, and then asks to wait for a while."""

    def __init__(self, *, wait: float) -> None:
        """Take the seconds for which it asks to wait."""
        super().__init__()
        self.wait = timedelta(seconds=wait)
        self.refused = 0

    async def send(self, to: Destination, message: Message) -> str:
        """Refuse every third message, whoever it is for."""
        if (self.sent + self.refused) % 3 == 2:
            self.refused += 1
            raise Throttled("Slowly, please.", self.wait)
        return await super().send(to, message)


async def two_more_messages(town: Town) -> datetime:
    """Open the first visits of everybody, without sending them; return the moment."""
    moment = await first_due(town)
    async with town.hands.database.write() as tx:
        for number in range(4):
            await outbox.put(
                tx,
                person=town["Sanne"].id,
                conversation=f"another {number}",
                priority=10,
                kind="message",
                body=to_json(Letter((Line("common.gone"),))),
                due_at=moment,
            )
    return moment


async def test_a_chat_that_asks_for_a_moment_gets_it_and_everything_comes(town: Town) -> None:
    moment = await two_more_messages(town)
    chat = StrictChat(wait=0.01)

    assert await hands_of(town, chat).drain(moment) == 5

    assert (chat.sent, chat.refused) == (5, 2)


async def test_a_chat_that_asks_for_an_hour_is_left_alone_and_nothing_is_counted(
    town: Town,
) -> None:
    moment = await two_more_messages(town)
    chat = StrictChat(wait=3600)
    delivery = hands_of(town, chat)

    assert await delivery.drain(moment) == 2
    assert await delivery.drain(moment) == 0

    assert (chat.sent, chat.refused) == (2, 1)
    assert await hands_of(town, RememberingChat()).drain(moment) == 3
    async with town.hands.database.read() as tx:
        rows = await tx.rows(sa.select(outbox_table.c.state, outbox_table.c.tries))
    assert {(row["state"], row["tries"]) for row in rows} == {("sent", 1)}


class SlowToReplace(RememberingChat):
    """A chat in which one message is replaced a second, by the clock of the test."""

    def __init__(self, now: datetime) -> None:
        """Begin at a moment."""
        super().__init__()
        self.now = self.free_at = now
        self.replaced = self.refused = 0

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Refuse what comes too soon after the last one."""
        del to, platform_id, message
        if self.now < self.free_at:
            self.refused += 1
            raise Throttled("Slowly, please.", self.free_at - self.now)
        self.replaced += 1
        self.free_at = self.now + timedelta(seconds=1)


async def test_what_is_to_be_replaced_waits_in_a_row_and_asks_once(town: Town) -> None:
    moment = await first_due(town)
    chat = SlowToReplace(moment)
    delivery = hands_of(town, chat)
    await delivery.drain(moment)
    async with town.hands.database.write() as tx:
        (talk,) = await dialogues.of_person(tx, town["Sanne"].id)
        shown = (await outbox.of_dialogue(tx, talk.id))[0].id
        for number in range(30):
            await outbox.put(
                tx,
                person=town["Sanne"].id,
                conversation=f"another {number}",
                priority=10,
                kind="replace",
                body=to_json(Letter((Line("common.gone"),), replaces=shown)),
                due_at=moment,
            )

    for _ in range(60):
        await delivery.drain(chat.now)
        chat.now += timedelta(seconds=1)

    assert chat.replaced == 30
    assert chat.refused < 2 * 30


class BlindChat(TroubledChat):
    """A chat in which nobody can look whether a message arrived."""

    async def find(self, to: Destination, delivery: UUID) -> str | None:  # noqa: ARG002 - as a port
        """Say that it cannot be known."""
        raise Ambiguous


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_nobody_can_look_an_ambiguous_send_stays_unknown(
    town: Town, *, arrived: bool
) -> None:
    moment = await first_due(town)
    chat = BlindChat(Ambiguous(), arrived=arrived)
    delivery = hands_of(town, chat)

    await delivery.drain(moment)
    await delivery.drain(moment + timedelta(hours=1))

    assert chat.sent == int(arrived)
    async with town.hands.database.read() as tx:
        rows = await tx.rows(sa.select(outbox_table.c.state))
    assert [row["state"] for row in rows] == ["unknown"]


class LosingChat(RememberingChat):
    """A chat whose every answer is lost, and that got nothing."""

    asked = 0

    async def send(self, to: Destination, message: Message) -> str:  # noqa: ARG002 - as a port
        """Get nothing."""
        self.asked += 1
        raise Ambiguous


async def test_a_chat_that_loses_everything_is_tried_now_and_then_and_given_up(town: Town) -> None:
    moment = await first_due(town)
    chat = LosingChat()
    delivery = hands_of(town, chat)

    for hour in range(6):
        await delivery.drain(moment + timedelta(hours=hour))

    assert chat.asked == 2 * MOST_TRIES
    async with town.hands.database.read() as tx:
        rows = await tx.rows(sa.select(outbox_table.c.state, outbox_table.c.reason))
    assert [tuple(row.values()) for row in rows] == [("failed", "tried_too_often")]

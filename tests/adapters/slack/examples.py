"""Messages for Slack's cards: those of the local chat, and what those leave out."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from bot.adapters.slack.carried import Place
from bot.adapters.slack.frame import Frame
from bot.adapters.slack.memo import Memo
from bot.port import (
    Choices,
    Day,
    Edit,
    Field,
    FreeText,
    Input,
    Message,
    Notice,
    NoticeOption,
    Option,
    Person,
    Scale,
    Words,
)

DELIVERY: Final = UUID("01a20781-c10d-73a4-bad4-a4183655defa")
DIALOGUE: Final = UUID(int=7)
TOM: Final = UUID("01a20781-c10d-7436-a5fe-649b8193780c")
WORDS: Final = Words("Schrijf", "Verstuur", "Sla over", "Kies…")
SEEN: Final = "Alleen jij ziet dit."
FRAME: Final = Frame("Holdfast", "Je antwoord", "Sluit", "Of kies dit")
MEMO: Final = Memo(Place(DELIVERY, DIALOGUE), "D1", "1795420800.000200")
SKIP: Final = Option("skip", "Sla over")
LATER: Final = Option("later", "Later", command=True)
YES_NO: Final = (Option("yes", "Ja"), Option("no", "Nee"))
LONGEST_KEY: Final = "k" * 200


def asks(*inputs: Input, key: str = "key", dialogue: UUID | None = DIALOGUE) -> Message:
    """Make a message that asks these, of a dialogue; a menu where `dialogue` is None."""
    labels = [f"Vraag {number}" for number in range(len(inputs))] if len(inputs) > 1 else [""]
    fields = tuple(
        Field(f"{key}{number or ''}", each, 3, SEEN, label)
        for number, (each, label) in enumerate(zip(inputs, labels, strict=True))
    )
    said = ("Hoi Sanne.", "Hoe is het gegaan?")
    return Message(DELIVERY, "nl", said, dialogue, fields=fields, words=WORDS)


def options(count: int) -> tuple[Option, ...]:
    """Make so many options."""
    return tuple(Option(f"o{number}", f"Keuze {number}") for number in range(count))


CHOICES: Final = Choices((*options(3), LATER, SKIP))
TOMORROW: Final = Option("tomorrow", "Morgen", command=True)
TWO_WAYS_OFF: Final = Choices((*options(2), LATER, TOMORROW, SKIP))
MENU: Final = Choices((*options(7), LATER, SKIP))
SEVERAL: Final = Choices((*options(7), LATER, SKIP), 2)
SCALE: Final = Scale(0, 10)
WIDE_SCALE: Final = Scale(0, 60)
TEXT: Final = FreeText(1000, (SKIP, LATER))
DAY: Final = Day(
    date(2026, 11, 24), date(2026, 12, 22), (Option("unknown", "Weet ik nog niet"), SKIP)
)
PERSON: Final = Person((Option(str(TOM), "Tom"), Option("nobody", "Niemand")))
EVERY: Final = (CHOICES, MENU, SEVERAL, SCALE, WIDE_SCALE, TEXT, DAY, PERSON)

ANSWERED: Final = Message(
    DELIVERY, "nl", ("Wat wil je uitproberen?",), DIALOGUE,
    answered="Beantwoord · alleen jij", edits=(Edit("goal", 1, "Wijzig"),),
    footer="Gegevens: /privacy · Typ 'stop'",
)  # fmt: skip
HEAVY: Final = Notice(
    "key", "care.heavy", ("Dat klinkt zwaar.", "Ik bewaar het niet."),
    (
        NoticeOption("pause", "Even stil", "choose"),
        NoticeOption("go_on", "Ga door", "sure", "Dan las ik het verkeerd."),
        NoticeOption("edit", "Pas aan", "back"),
        NoticeOption("other", "Een ander", "sure"),
    ),
)  # fmt: skip
CRISIS: Final = Notice("key", "", ("Bel nu 113.",), ())

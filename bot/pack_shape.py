"""What each file of a programme pack may hold, and how long its texts may be.

A limit here is what fits Slack and Teams and leaves room for what stands around the text: whoever
raises one checks the rows that show it.
"""

from collections.abc import Mapping
from typing import Final

from bot.limits import SLACK_HEADER_TEXT, SLACK_SECTION_TEXT
from bot.schema import Anything, Flag, Keyed, Many, Name, Number, OneOf, Table, Text

_DAY = Number(1, 365)
_LINE = Text(150)
_LETTERS = ("a", "b", "c")

PROGRAMME: Final = Table(
    {
        "slug": Name(r"[a-z0-9]+(-[a-z0-9]+)*", "feedback-geven"),
        "version": Name(r"[0-9A-Za-z.+-]{1,20}", "1.0"),
        "languages": Many(Name("[a-z]{2}", "nl")),
        "points": Many(Name(), most=3),
        "behaviours": Many(Name(), most=3),
        "rehearsals": Many(Name()),
        "intervision": Flag(),
        "about": OneOf(("colleagues", "patients")),
        "sessions": Number(1, 20),
        "days": Table(
            {"check_ins": Many(_DAY), "goal": _DAY, "quiet": Number(0, 365), "follow_up": _DAY}
        ),
        "quiz": Many(
            Table({"day": _DAY, "items": Many(Name()), "recall": Flag()}, frozenset({"recall"}))
        ),
        "challenges": Many(
            Table(
                {
                    "key": Name(),
                    "days": Number(1, 90),
                    "who": OneOf(("alone", "buddy", "group")),
                }
            )
        ),
    },
    optional=frozenset({"about", "sessions", "intervision"}),
)

_SECTION = Table(
    {
        "title": Text(SLACK_HEADER_TEXT),
        "text": Text(SLACK_SECTION_TEXT, frozenset({"h2"})),
    }
)
_SECTIONS = (
    "why", "objectives", "hear", "before", "first_week", "opportunities", "example", "say",
    "do_not_say", "wrong", "rehearse", "unseen",
)  # fmt: skip

FILES: Final[Mapping[str, Table]] = {
    "card.toml": Table(
        {
            "training": Text(50),
            "in_sentence": Text(50),
            "occasions": Text(70),
            "audience": _LINE,
            "format": _LINE,
            "model": Text(20),
            "aim": Text(100),
            "objectives": Many(_LINE),
            "expected": Many(_LINE),
            "points": Keyed(Text(70)),
            "behaviours": Keyed(Text(70)),
        }
    ),
    "quiz.toml": Table(
        {
            "recall": Text(230),
            "items": Keyed(
                Table(
                    {
                        "question": Text(220),
                        **dict.fromkeys(_LETTERS, Text(90)),
                        "right": OneOf(_LETTERS),
                        "explanation": Text(230),
                    }
                )
            ),
        }
    ),
    "practice.toml": Table(
        {
            "shorter": _LINE,
            "steps": Many(Table({"step": Text(20), "weak": Text(90), "good": Text(90)})),
            "challenges": Keyed(Text(120)),
            "rehearsals": Keyed(
                Table(
                    {
                        "situation": _LINE,
                        "bad": Text(90),
                        "good": Text(90),
                        "reaction": Text(90),
                        "answer": _LINE,
                    }
                )
            ),
        }
    ),
    "managers.toml": Table(
        {"weeks": Many(Text(200)), "guide": Table(dict.fromkeys(_SECTIONS, _SECTION))}
    ),
    "companions.toml": Table(
        {
            "buddy": Table({"watch": Text(), "help": Text()}),
            "coach": Table({"questions": Text()}),
            "intervision": Table({"theme": _LINE}),
            "trainer": Table({"script": Text()}),
        }
    ),
}

_ROW = Name("[A-Za-z][A-Za-z0-9_]*", "check_in.did")
OVERRIDES: Final = Keyed(Keyed(Anything(), _ROW), _ROW)

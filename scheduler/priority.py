"""What goes first when several things are due for one person.

The lower number goes first. It is the nudge's, not the outbox row's: sending has its own order.
Kinds that nothing plans yet stand here too, so that the order is seen as one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# What one person wrote for another, on the last day on which it may wait for room.
CARRIED_TO_THE_END: Final = 45

# docs/schedule section 6
PRIORITY: Final[Mapping[str, int]] = MappingProxyType(
    {
        "erase": 5,  # everything goes, and nothing else matters any more
        "retract": 5,  # what is not shared any more goes, and nothing is said
        "close": 10,  # the end of an unanswered dialogue; says nothing, so it never waits
        "resume": 20,  # "later": the learner asked for it
        "back": 25,  # the one message on return that a pause announced
        "welcome": 30,
        "goal_setting": 30,
        "follow_up": 40,
        "check_in": 50,
        "remind": 55,
        "written_for": 60,  # what one person wrote for another
        "hold_me": 60,  # what one person asks of another
        "agree": 60,
        "ask_another": 60,
        "seen": 60,
        "update": 60,
        "post": 60,
        "share": 62,  # who may hold the learner to it, asked again because they said "later"
        "rehearse": 65,
        "signal": 65,  # a buddy is asked to remind the learner before a day
        "rehearsal_on": 60,
        "rehearsal": 65,
        "eve": 65,  # a word on the working day before a named day
        "ending": 68,
        "looking_back": 69,
        "buddy_visit": 70,
        "witness": 70,
        "still_fine": 70,
        "talk_card": 71,
        "quiz": 80,
        "challenge": 90,
        "digest": 95,
    }
)

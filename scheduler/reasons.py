"""Every reason the scheduler gives for not opening a visit when it was planned.

They are codes, not words: texts put them into words, rows and logs keep the codes. Add one here
and nowhere else.
"""

from typing import Literal, get_args

LapseReason = Literal[
    "named_moment",  # the learner named a moment; this fixed day lies on or before the visit to it
    "before_joining",  # the day lies before the person was there
    "visited",  # a check-in came on this day or after it
    "quiet",  # the person asked for silence; one visit after it stands for those in it
    "past",  # the slot had gone when planning
]
DropReason = Literal[
    "left",  # no longer with the organisation
    "stopped",  # typed stop
    "declined",  # did not want to join
    "done",  # the programme has ended for this person
    "joined",  # a welcome, and the person has joined already
    "not_joined",  # anything but the welcome before the person joined
    "no_training_day",  # was not at the training and knows no new day yet
    "no_plan",  # a check-in without a plan to ask about
    "has_plan",  # a goal setting, and the plan is there
    "overtaken",  # overdue, and a higher or later one opens
]
MoveReason = Literal[
    "quiet",  # the person asked for silence
    "training_ahead",  # the training was moved to a later day
    "outside_hours",  # not in the person's own hours
    "another_first",  # another one of the same day opens first
    "busy",  # today's conversation is still open
    "too_soon",  # less than 20 hours after the last message
]
Reason = LapseReason | DropReason | MoveReason

REASONS: tuple[str, ...] = tuple(
    dict.fromkeys((*get_args(LapseReason), *get_args(DropReason), *get_args(MoveReason)))
)

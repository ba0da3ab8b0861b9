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
    "pace",  # the learner asked for fewer check-ins, or for none
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
    "capped",  # the person has had as many messages as a week may bring
    "asked_again",  # a reminder, and the question itself comes within a day
    "opens_self",  # a reminder, and the person wants to be sent nothing
    "no_shift",  # a reminder, and it is not known when the person works
    "quiet",  # a reminder, and the person asked for silence without an end
]
MoveReason = Literal[
    "quiet",  # the person asked for silence
    "training_ahead",  # the training was moved to a later day
    "outside_hours",  # not in the person's own hours
    "another_first",  # another one of the same day opens first
    "busy",  # today's conversation is still open
    "too_soon",  # less than 20 hours after the last message
    "capped",  # the person has had as many messages as a week may bring
    "rides_along",  # over that number; what one person wrote for another is carried, not dropped
]
WaitReason = Literal[
    "quiet",  # the person asked for silence without an end
    "opens_self",  # the person opens what is due without being sent anything
    "no_shift",  # it is not known when the person works
]
Reason = LapseReason | DropReason | MoveReason | WaitReason

REASONS: tuple[str, ...] = tuple(
    dict.fromkeys(
        reason
        for reasons in (LapseReason, DropReason, MoveReason, WaitReason)
        for reason in get_args(reasons)
    )
)

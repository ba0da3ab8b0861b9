"""Steps that many stories begin with."""

from __future__ import annotations

from datetime import date

from tests.people import Someone, Turning


async def joins(learner: Someone, clock: Turning) -> None:
    """Let somebody be welcomed and join at the default slot."""
    await clock.goes_on_until(learner)
    await accepts(learner)


async def accepts(learner: Someone) -> None:
    """Let somebody who was welcomed join at the default slot."""
    learner.reads("welcome.hello")
    await learner.taps(_label(learner, "welcome.hello", "join"))
    await learner.taps(_label(learner, "welcome.promise", "fine"))
    await learner.taps(_label(learner, "welcome.hours", "tuesday"))
    await learner.taps(_label(learner, "welcome.pace", "two"))


async def plans_in_dutch(
    learner: Someone, day: date | None = None, asks: Someone | None = None,
    says: str = "Nog niemand",
) -> None:  # fmt: skip
    """Let Sanne make her plan; `says` is whom she asks where she asks nobody."""
    await plans_until_the_colleague(learner, day)
    if asks is not None:
        await learner.asks(asks)
        return
    await learner.taps(says)
    if says == "Nog niemand" and "Met wie deel ik je plan?" in learner.text():
        return
    learner.reads("goal_setting.done")


async def plans_until_the_colleague(learner: Someone, day: date | None = None) -> None:
    """Let Sanne make her plan until she is asked who may hold her to it."""
    learner.reads("goal_setting.ready")
    await learner.taps("Start")
    await learner.writes("Een collega zeggen wat hielp na het overleg")
    await learner.writes("Dat Tom merkt dat ik hem zie, en dat hij het vaker doet")
    await learner.writes("Ik vind het kinderachtig")
    await learner.writes("het klantoverleg op dinsdag klaar is")
    await (learner.picks(day) if day else learner.taps("Weet ik nog niet"))
    await learner.writes("zeg ik Tom één ding dat hielp, met effect")
    await learner.writes("Dan adem ik uit en zeg het toch")
    await learner.taps("Valt wel mee")
    learner.reads("if_then.right")
    await learner.taps("Klopt")
    await learner.rates(9)
    await learner.taps("Ja")
    learner.reads("share.colleague")


def _label(learner: Someone, row: str, option: str) -> str:
    return learner.hands.words.label(row, option, learner.language)

"""What Slack sends, as far as it is read: checked once, and never trusted before.

What is not named here is not looked at. A wrong type is refused in words that hold the place of
the fault and nothing of what stood there: it may be somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import BadContent

Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Short = Annotated[str, StringConstraints(max_length=4_000)]
Long = Annotated[str, StringConstraints(max_length=100_000)]
_NAME: Final = re.compile(r"[a-z_]{1,40}")
_MOST: Final = 200  # of anything in one payload; Slack's own most are below


class Shape(BaseModel):
    """Something that Slack sends; it may hold more than is named."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


S = TypeVar("S", bound=Shape)


def shaped(shape: type[S], sent: Mapping[str, Any]) -> S:
    """Read something that Slack sent.

    Raises: BadContent when it has another shape; it names the places, not what stands there.
    """
    try:
        return shape.model_validate(sent)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        places = sorted({".".join(map(_step, each["loc"][:3])) for each in faults})
        listed = ", ".join(places[:5])
        raise BadContent(f"Slack sent no {shape.__name__}: see {listed}") from None


def _step(step: int | str) -> str:
    """Name a step to a fault, but no key that whoever sent it may have made up."""
    return step if isinstance(step, str) and _NAME.fullmatch(step) else "…"


class Named(Shape):
    """A workspace, an organisation, a channel: whatever has an id."""

    id: Id


class Actor(Shape):
    """Whoever did something."""

    id: Id
    team_id: Id | None = None


class Chosen(Shape):
    """An option."""

    value: Short


class Filled(Shape):
    """What stands in one control, whichever that is."""

    type: Id
    value: Long | None = None
    selected_option: Chosen | None = None
    selected_options: Annotated[list[Chosen], Field(max_length=_MOST)] | None = None
    selected_date: Id | None = None
    selected_user: Id | None = None
    selected_conversation: Id | None = None


class Action(Filled):
    """A control that was used."""

    action_id: Id
    block_id: Id
    action_ts: Id


class State(Shape):
    """What stands in all controls, by block and by action."""

    values: Annotated[dict[Id, dict[Id, Filled]], Field(max_length=_MOST)] = {}


class View(Shape):
    """A modal, or what stands on the Home tab."""

    id: Id
    hash: Short = ""
    callback_id: Short = ""
    private_metadata: Short = ""
    state: State = State()


class Posted(Shape):
    """The message that something was done at."""

    ts: Id
    thread_ts: Id | None = None
    user: Id | None = None
    bot_id: Id | None = None
    edited: dict[str, Any] | None = None
    text: str | None = None


class Interaction(Shape):
    """What every interaction says."""

    type: Id
    team: Named | None = None
    enterprise: Named | None = None
    user: Actor
    is_enterprise_install: bool | None = False
    trigger_id: Short = ""


class BlockActions(Interaction):
    """Controls were used: in a message, or in a modal."""

    channel: Named | None = None
    message: Posted | None = None
    view: View | None = None
    state: State | None = None
    actions: Annotated[list[Action], Field(min_length=1, max_length=_MOST)]


class OfView(Interaction):
    """A modal was submitted or closed."""

    view: View


class Shortcut(Interaction):
    """A shortcut was used: of the workspace, or at a message."""

    callback_id: Id
    action_ts: Id
    channel: Named | None = None
    message: Posted | None = None


class SlashCommand(Shape):
    """A slash command, from a form and no JSON."""

    team_id: Id
    enterprise_id: Short | None = None
    is_enterprise_install: Short = "false"
    user_id: Id
    channel_id: Id
    command: Id
    text: Long = ""
    trigger_id: Short = ""
    response_url: Short = Field("", repr=False)


class Authorization(Shape):
    """For which installation an event came."""

    is_enterprise_install: bool | None = False


class Kind(Shape):
    """What an event is, before anything else of it is read."""

    type: Id


class Envelope(Shape):
    """What every event says. `event` is read by its kind."""

    event_id: Id
    team_id: Id | None = None
    enterprise_id: Id | None = None
    is_ext_shared_channel: bool | None = False
    authorizations: Annotated[list[Authorization], Field(max_length=_MOST)] = []
    event: dict[str, Any]


class MessageEvent(Shape):
    """Something in a conversation: a message, a change of one, one that is gone."""

    channel: Id
    channel_type: Id | None = None
    subtype: Id | None = None
    user: Id | None = None
    bot_id: Id | None = None
    text: Long | None = None
    ts: Id
    thread_ts: Id | None = None
    message: Posted | None = None


class HomeOpened(Shape):
    """Somebody opened the app."""

    user: Id
    channel: Id | None = None
    tab: Id


class Profile(Shape):
    """Somebody, as Slack knows them."""

    id: Id
    team_id: Id | None = None
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_stranger: bool = False
    tz: Short | None = None
    locale: Short | None = None


class UserEvent(Shape):
    """Somebody changed, or is new."""

    user: Profile


class Tokens(Shape):
    """Whose tokens hold no more, by their user ids."""

    oauth: Annotated[list[Id], Field(max_length=10_000)] = []
    bot: Annotated[list[Id], Field(max_length=10_000)] = []


class TokensRevoked(Shape):
    """Tokens hold no more."""

    tokens: Tokens

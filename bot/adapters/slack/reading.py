"""Whatever Slack sends, read in the first line of the door: one function for each way it comes.

`interaction` and `command` stand for what somebody waits for; `event` for what merely happened.
"""

from bot.adapters.slack.happenings import event
from bot.adapters.slack.interactions import command, interaction

__all__ = ["command", "event", "interaction"]

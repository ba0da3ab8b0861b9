"""What a modal remembers: the message that it was opened from, and whether its words are meant.

Slack keeps it with the modal and gives it back; questions and their counts stand at the fields.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.adapters.slack.carried import Place
from bot.errors import BadContent


@dataclass(frozen=True, slots=True)
class Memo:
    """Where a modal came from: the message of ours, and Slack's channel and time stamp of it.

    `sure` says that the person saw a notice about these very words and means them.
    """

    place: Place
    channel: str = ""
    ts: str = ""
    sure: bool = False

    def written(self) -> str:
        """Write it as `private_metadata`, far below its 3,000 characters."""
        at = self.place
        return json.dumps(
            {
                "delivery": at.delivery.hex,
                "dialogue": at.dialogue.hex if at.dialogue else None,
                "channel": self.channel,
                "ts": self.ts,
                "sure": self.sure,
            },
            separators=(",", ":"),
        )


def memo(private_metadata: str) -> Memo:
    """Read what a modal remembers.

    Raises: BadContent when we did not write it.
    """
    try:
        read = json.loads(private_metadata)
        return _memo(read)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise BadContent("a modal that is not ours") from None


def _memo(read: Any) -> Memo:  # noqa: ANN401 - JSON, and it ends here
    dialogue, told = read["dialogue"], (read["channel"], read["ts"])
    if not all(isinstance(each, str) for each in told) or not isinstance(read["sure"], bool):
        raise TypeError
    place = Place(UUID(read["delivery"]), None if dialogue is None else UUID(dialogue))
    return Memo(place, *told, sure=read["sure"])

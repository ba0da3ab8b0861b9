"""What both sides of the emulated Slack know of each other."""

from typing import Final

TEAM: Final = "T000000001"  # what emulate calls its only workspace
TOKEN: Final = "xoxb-of-holdfast"  # noqa: S105 - of an emulated Slack
SECRET: Final = "what Slack signs with"  # noqa: S105 - of an emulated Slack
CLIENT: Final = ("1.2", "a client's secret")
SCOPES: Final = (
    "chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email",
)  # fmt: skip
ADMINISTRATOR: Final = "xoxp-of-an-administrator"
EVERYTHING: Final = (
    "channels:history", "channels:join", "channels:manage", "channels:read", "channels:write",
    "im:history", "im:read", "im:write", "users:read", "users:read.email",
)  # fmt: skip

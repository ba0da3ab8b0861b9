"""What opens a Slack workspace for Holdfast: its token, who it is there, and what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from bot.errors import BadContent

ROTATE_BEFORE: Final = timedelta(hours=2)  # of the twelve hours that a token lasts


@dataclass(frozen=True, slots=True)
class Credentials:
    """One installation: `expires_at` is None where tokens last until they are revoked."""

    token: str = field(repr=False)
    bot_user: str
    app: str = ""
    scopes: tuple[str, ...] = ()
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    org_wide: bool = False

    def must_rotate(self, now: datetime) -> bool:
        """Say whether a new token is to be fetched before this one is used again."""
        ends = self.expires_at
        return bool(self.refresh_token) and ends is not None and now >= ends - ROTATE_BEFORE

    def dump(self) -> str:
        """Write it as text, to be sealed."""
        ends = self.expires_at.isoformat() if self.expires_at else None
        return json.dumps({**asdict(self), "expires_at": ends})

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what `dump` wrote."""
        read = json.loads(text)
        ends = read.pop("expires_at")
        moment = datetime.fromisoformat(ends) if ends else None
        return cls(**{**read, "scopes": tuple(read["scopes"])}, expires_at=moment)


def of_access(
    answer: Mapping[str, Any], now: datetime, before: Credentials | None = None
) -> Credentials:
    """Read Slack's answer to `oauth.v2.access`, at an installation or when a token is renewed.

    Raises:
        BadContent: it holds no token of a bot, as when somebody installed it for themselves.

    """
    token = answer.get("access_token")
    if not isinstance(token, str) or answer.get("token_type") != "bot":
        raise BadContent("Slack gave no bot token: install the app from its own install page.")
    scopes = answer.get("scope")
    refresh = answer.get("refresh_token")
    return Credentials(
        token=token,
        bot_user=_text(answer.get("bot_user_id")) or (before.bot_user if before else ""),
        app=_text(answer.get("app_id")) or (before.app if before else ""),
        scopes=tuple(sorted(scopes.split(","))) if isinstance(scopes, str) and scopes else (),
        refresh_token=_text(refresh),
        expires_at=_ends(answer.get("expires_in"), now),
        org_wide=answer.get("is_enterprise_install") is True,
    )


def _ends(seconds: object, now: datetime) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
        return None
    return now.astimezone(UTC) + timedelta(seconds=min(seconds, 10**8))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

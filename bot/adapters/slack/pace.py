"""How fast a workspace may be written to: below Slack's limits, so that none is ever met.

A bucket holds what may be sent at once and fills up evenly. It is a value: whoever sends keeps it,
and the moments are seconds of a clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.limits import (
    SLACK_CALLS_A_MINUTE,
    SLACK_MESSAGES_A_MINUTE_A_WORKSPACE,
    SLACK_MESSAGES_A_SECOND_A_CHANNEL,
)

_MINUTE: Final = 60.0
BURST: Final = 5  # messages at once, for who answers in a talk while a busy morning is sent
CHANNEL_BURST: Final = 2
TIER_BURST: Final = 20  # calls at once, of what Slack counts by the minute


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may go: `held` of at most `most`, as of `at`, filling by `rate` a second.

    `closed_until` is the moment before which nothing goes at all, because Slack said so.
    """

    rate: float
    most: float
    held: float
    at: float
    closed_until: float = 0.0

    def ready_in(self, now: float) -> float:
        """Give the seconds until one more may go; 0 when it may now."""
        filled = self._filled(now)
        missing = max(0.0, 1.0 - filled.held) / self.rate
        return max(missing, self.closed_until - now, 0.0)

    def taken(self, now: float) -> Bucket:
        """Give the bucket after one went; it may owe, if that was too early."""
        filled = self._filled(now)
        return replace(filled, held=filled.held - 1.0)

    def closed(self, until: float) -> Bucket:
        """Give the bucket that lets nothing go until a moment, and then not everything at once."""
        return replace(self, closed_until=max(self.closed_until, until), held=min(self.held, 0.0))

    def is_full(self, now: float) -> bool:
        """Say whether it is as good as a new one, so that nobody need keep it."""
        return self._filled(now).held >= self.most and self.closed_until <= now

    def _filled(self, now: float) -> Bucket:
        gone = max(0.0, now - self.at)
        return replace(self, held=min(self.most, self.held + gone * self.rate), at=now)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a minute a workspace takes, a second a channel, and calls by tier."""

    workspace: float = SLACK_MESSAGES_A_MINUTE_A_WORKSPACE
    channel: float = SLACK_MESSAGES_A_SECOND_A_CHANNEL
    tiers: Mapping[int, float] = field(default_factory=lambda: SLACK_CALLS_A_MINUTE)

    def of_workspace(self, now: float) -> Bucket:
        """Make the bucket of the messages of a workspace."""
        return Bucket(self.workspace / _MINUTE, BURST, BURST, now)

    def of_channel(self, now: float) -> Bucket:
        """Make the bucket of the messages of a channel or of one person's chat."""
        return Bucket(self.channel, CHANNEL_BURST, CHANNEL_BURST, now)

    def of_tier(self, tier: int, now: float) -> Bucket:
        """Make the bucket of a method of a tier, in a workspace."""
        return Bucket(self.tiers[tier] / _MINUTE, TIER_BURST, TIER_BURST, now)

"""Slack: our messages as its blocks and modals, and what people do there as our own events."""

"""Slack: its events come in, our messages go out; nothing of it is known anywhere else."""

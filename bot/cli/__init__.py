"""The `holdfast` command: one module per group of commands, put together in `command`."""

from bot.cli.command import main

__all__ = ["main"]

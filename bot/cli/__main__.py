"""Runs `python -m bot.cli` as the `holdfast` command."""

from bot.cli import main

main()

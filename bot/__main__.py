"""Runs `python -m bot` as the `holdfast` command."""

from bot.cli import main

main()

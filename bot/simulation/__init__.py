"""Thousands of people who do not exist, living with Holdfast for weeks in minutes.

They talk with the real conversation, scheduler and storage; only the chat and the clock are not
what they would be elsewhere. What must never happen is counted from outside, by rules of its own.
"""

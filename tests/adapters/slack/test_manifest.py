"""The manifest: what each profile asks for, and nothing that Slack would refuse."""

from __future__ import annotations

import pytest

from bot.adapters.slack.manifest import PROFILES, Profile, manifest, missing, scopes

NEVER = (
    "chat:write.public",
    "channels:history",
    "groups:history",
    "files:read",
    "users.profile:read",
)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_asks_for_what_it_says_and_never_for_more(profile: Profile) -> None:
    asked = manifest(profile, host="holdfast.example.org")["oauth_config"]["scopes"]["bot"]

    assert asked == [each.name for each in scopes(profile)]
    assert not set(asked) & set(NEVER)
    assert ("im:history" in asked) == (profile != "minimal")
    assert ("channels:read" in asked) == (profile == "channels")


def test_the_smallest_profile_reads_no_message() -> None:
    made = manifest("minimal", host="holdfast.example.org")

    assert "message.im" not in made["settings"]["event_subscriptions"]["bot_events"]
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is True


def test_slack_reaches_us_where_we_said() -> None:
    made = manifest("conversational", host="holdfast.example.org")

    assert made["settings"]["event_subscriptions"]["request_url"] == (
        "https://holdfast.example.org/slack/events"
    )
    assert made["oauth_config"]["redirect_urls"] == [
        "https://holdfast.example.org/slack/oauth_redirect"
    ]


def test_in_socket_mode_no_address_is_needed() -> None:
    made = manifest("conversational", socket_mode=True)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://" not in repr(made)


@pytest.mark.parametrize("profile", PROFILES)
def test_names_and_descriptions_fit(profile: Profile) -> None:
    made = manifest(profile, host="holdfast.example.org")

    shown = made["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    for each in made["features"]["shortcuts"]:
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
    [command] = made["features"]["slash_commands"]
    assert len(command["usage_hint"]) <= 1000


def test_what_was_not_granted_is_named_with_its_reason() -> None:
    found = missing(["chat:write", "im:write", "commands", "users:read"], "conversational")

    assert [each.name for each in found] == ["users:read.email", "dnd:read", "im:history"]
    assert all(each.why.endswith(".") for each in found)

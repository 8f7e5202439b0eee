"""What `deskbell doctor` looks at in Slack: tokens, permissions, workspace, clock, channels and people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor_sign import Sign
from bot.slack.client import VENDOR_ERRORS, Slack
from bot.slack.scopes import BOT_SCOPES
from config.desk import Channel, Desk, Person
from config.settings import Settings

SKEW = timedelta(seconds=60)
"""Slack's requests are refused when their signature is five minutes off; a minute is already worth a look."""
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "ratelimited", "request_timeout"}
)
"""Slack's words for trouble of its own (docs.slack.dev, "Errors" of any method)."""
_LATER = "Run `deskbell doctor` again in a minute."


async def slack_signs(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    """Look at everything the bot needs from Slack. Total: an error is a sign; nothing is changed."""
    if settings.slack_bot_token is None:
        if not any(_is_on_slack(desk) for desk in desks.values()):
            return
        yield Sign("slack: no bot token", "Set SLACK_BOT_TOKEN (docs/setup-slack.md).")
        return
    url = settings.slack_api_url or AsyncWebClient.BASE_URL
    slack = await Slack.open(settings.slack_bot_token.get_secret_value(), url)
    try:
        async for sign in _workspace(slack, desks):
            yield sign
        yield await _listening(slack, settings)
    finally:
        await slack.close()


def _is_on_slack(desk: Desk) -> bool:
    """Whether a desk has anything on Slack: one that is all on Telegram needs no token."""
    return any(channel.place.startswith("slack:") for channel in desk.channels.values())


async def _workspace(slack: Slack, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    try:
        told = await slack.web.auth_test()
    except SlackApiError as error:
        cure = "Install the app again and set SLACK_BOT_TOKEN to its bot token."
        yield _refused("slack: the bot token is refused", error, cure)
        return
    except VENDOR_ERRORS as error:
        yield Sign(
            f"slack: cannot be reached ({type(error).__name__})",
            "Let this machine reach slack.com by HTTPS, through a proxy if need be (HTTPS_PROXY).",
        )
        return
    yield Sign(f"slack: signed in as {told.get('user')} in {told.get('team')}")
    headers = {str(name).lower(): str(value) for name, value in told.headers.items()}
    yield _scopes(headers)
    yield _clock(headers)
    for desk in desks.values():
        async for sign in _desk(slack, desk, str(told.get("team_id"))):
            yield sign


def _scopes(headers: Mapping[str, str]) -> Sign:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(set(BOT_SCOPES) - granted)
    if missing:
        return Sign(
            f"slack: scopes missing: {', '.join(missing)}",
            "Paste docs/slack-manifest.json into the app's manifest and reinstall the app.",
        )
    return Sign(f"slack: all {len(BOT_SCOPES)} scopes")


def _clock(headers: Mapping[str, str]) -> Sign:
    """How far this machine's clock is from Slack's; the header's own second is not worth a word."""
    try:
        there = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return Sign("clock: not compared, Slack told no time")
    skew = datetime.now(UTC) - there
    if abs(skew) > SKEW:
        word = "ahead" if skew > timedelta() else "behind"
        return Sign(
            f"clock: {abs(skew).total_seconds():.0f} s {word} of Slack's",
            "Have the machine's clock set by NTP: at 300 s Slack's signed requests are refused.",
        )
    return Sign("clock: right")


async def _desk(slack: Slack, desk: Desk, team: str) -> AsyncIterator[Sign]:
    places = [channel for channel in desk.channels.values() if channel.place.startswith("slack:")]
    people = [person for person in desk.people.values() if person.slack and person.active]
    if desk.slack_team != team and (places or people):
        yield Sign(
            f"{desk.key}: the token is for the workspace {team}, the desk for {desk.slack_team or 'none'}",
            "Set `slack_team` in desk.toml to the workspace's id, or SLACK_BOT_TOKEN to that workspace's token.",
        )
        return
    for channel in places:
        yield await _channel(slack, desk, channel)
    for person in people:
        yield await _person(slack, desk, person)


async def _channel(slack: Slack, desk: Desk, channel: Channel) -> Sign:
    ident = channel.place.partition(":")[2]
    name = f"{desk.key}: channel #{channel.name}"
    try:
        told = await slack.web.conversations_info(channel=ident)
    except VENDOR_ERRORS as error:
        cure = "Put the channel's id into desk.toml; if it is private, type /invite @deskbell in it."
        return _refused(f"{name} ({ident}) is not found", error, cure)
    facts: dict[str, Any] = told.get("channel") or {}
    if facts.get("is_archived"):
        return Sign(f"{name} is archived", "Unarchive it, or put another channel's id into desk.toml.")
    if not facts.get("is_member"):
        return Sign(
            f"{name}: the bot is not in it", f"Type /invite @deskbell in #{facts.get('name', channel.name)}."
        )
    if channel.kind == "restricted" and not facts.get("is_private"):
        return Sign(f"{name} is restricted and everybody can read it", "Make the channel private.")
    return Sign(name)


async def _person(slack: Slack, desk: Desk, person: Person) -> Sign:
    name = f"{desk.key}: {person.name}"
    try:
        told = await slack.web.users_info(user=person.slack or "")
    except VENDOR_ERRORS as error:
        cure = "Copy the member id from their Slack profile into desk.toml."
        return _refused(f"{name} ({person.slack}) is not found", error, cure)
    facts: dict[str, Any] = told.get("user") or {}
    if facts.get("deleted"):
        return Sign(f"{name}'s Slack account is deactivated", "Set `active = false` for them in desk.toml.")
    if facts.get("is_bot"):
        return Sign(f"{name} is a bot", "Put the member id of a person into desk.toml.")
    if facts.get("is_restricted") and "supplier" not in person.roles:
        return Sign(
            f"{name} is a guest in Slack",
            "Make them a full member, or give them no other role than the supplier's in desk.toml.",
        )
    return Sign(name)


async def _listening(slack: Slack, settings: Settings) -> Sign:
    """Whether Slack's events reach the bot: by a socket that may be opened, or by requests it can verify."""
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is None:
            return Sign(
                "slack: neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET",
                "Set one: Socket Mode or signed HTTP (docs/setup-slack.md, sections 2 and 5).",
            )
        return Sign("slack: signed HTTP")
    try:
        await slack.web.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except VENDOR_ERRORS as error:
        cure = "Make an app-level token with connections:write and set SLACK_APP_TOKEN to it."
        return _refused("slack: the app token is refused", error, cure)
    return Sign("slack: Socket Mode")


def _refused(what: str, error: BaseException, cure: str) -> Sign:
    """The sign for a call that failed: with the cure, or, where it is Slack's own trouble, with patience."""
    if not isinstance(error, SlackApiError):
        return Sign(f"{what}: no answer ({type(error).__name__})", _LATER)
    code = str(error.response.get("error") or error.response.status_code)
    if code == "missing_scope":
        return Sign(
            f"{what} ({code}: {error.response.get('needed')})",
            "Paste docs/slack-manifest.json into the app's manifest and reinstall the app.",
        )
    return Sign(f"{what} ({code})", _LATER if code in _PASSING else cure)

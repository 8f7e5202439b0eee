"""`deskbell doctor`: looks at everything the bot needs from outside, and says what to do about each fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import psycopg
from sheets.adopt import check as check_sheets
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import VENDOR_ERRORS, Slack
from bot.slack.scopes import BOT_SCOPES
from bot.store.migrate import pending
from bot.wiring import client_of, database
from config.desk import Desk
from config.load import load_desks
from config.settings import Settings
from sheets.errors import Trouble

SKEW = timedelta(seconds=60)
"""Slack refuses requests whose signature is five minutes off; a minute is already worth a look."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at: well, or what is wrong and what to do about it."""

    what: str
    cure: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.cure

    def __str__(self) -> str:
        return f"ok     {self.what}" if self.is_well else f"FAULT  {self.what}\n       → {self.cure}"


async def examine(settings: Settings, say: Callable[[str], None]) -> int:
    """Look at the declarations, the database, Slack and Google; 1 where anything is wrong. Changes nothing."""
    desks = load_desks(settings.desks)
    say(
        str(
            Sign(
                f"declarations: {', '.join(f'{key} ({len(desk.trackers)} trackers)' for key, desk in desks.items())}"
            )
        )
    )
    faults = 0
    async for sign in _signs(settings, desks):
        say(str(sign))
        faults += not sign.is_well
    say("Everything is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


async def _signs(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    yield await _database(settings)
    async for sign in _slack(settings, desks):
        yield sign
    for sign in await asyncio.to_thread(_google, settings, desks):
        yield sign


async def _database(settings: Settings) -> Sign:
    try:
        missing = await pending(database(settings))
    except psycopg.OperationalError as error:
        return Sign(
            f"database: cannot be reached ({type(error).__name__})", "Start it, or mend DATABASE_URL."
        )
    if missing:
        return Sign(f"database: {len(missing)} migrations are missing", "Run `deskbell migrate`.")
    return Sign("database: reached, up to date")


# --- Slack ---


async def _slack(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    if settings.slack_bot_token is None:
        yield Sign("slack: no bot token", "Set SLACK_BOT_TOKEN (docs/setup-slack.md).")
        return
    slack = await Slack.open(
        settings.slack_bot_token.get_secret_value(), settings.slack_api_url or AsyncWebClient.BASE_URL
    )
    try:
        async for sign in _workspace(slack, desks):
            yield sign
        yield await _app_token(slack, settings)
    finally:
        await slack.close()


async def _workspace(slack: Slack, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    try:
        told = await slack.web.auth_test()
    except VENDOR_ERRORS as error:
        yield Sign(
            f"slack: the bot token is refused ({_code(error)})",
            "Install the app again and copy its new bot token.",
        )
        return
    yield Sign(f"slack: signed in as {told.get('user')} in {told.get('team')}")
    headers = {str(name).lower(): str(value) for name, value in told.headers.items()}
    yield _scopes(headers)
    yield _clock(headers)
    teams = {desk.slack_team for desk in desks.values() if desk.slack_team}
    if told.get("team_id") not in teams:
        yield Sign(
            f"slack: the token is for {told.get('team_id')}, the desks for {', '.join(sorted(teams)) or 'none'}",
            "Set `slack_team` in desk.toml to the workspace's id, or take the token of that workspace.",
        )
    for desk in desks.values():
        for channel in desk.channels.values():
            if channel.place.startswith("slack:"):
                yield await _channel(slack, desk, channel.name, channel.place.partition(":")[2])
        for person in desk.people.values():
            if person.slack and person.active:
                yield await _person(slack, desk, person.name, person.slack)


def _scopes(headers: Mapping[str, str]) -> Sign:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(set(BOT_SCOPES) - granted)
    if missing:
        return Sign(
            f"slack: scopes missing: {', '.join(missing)}",
            "Update the app from docs/slack-manifest.json and install it again.",
        )
    return Sign(f"slack: all {len(BOT_SCOPES)} scopes")


def _clock(headers: Mapping[str, str]) -> Sign:
    if "date" not in headers:
        return Sign("clock: Slack told no time")
    skew = abs(datetime.now(UTC) - parsedate_to_datetime(headers["date"]).astimezone(UTC))
    if skew > SKEW:
        return Sign(
            f"clock: {skew.total_seconds():.0f} s off",
            "Let the machine's clock be set by NTP; Slack's requests are refused at 300 s.",
        )
    return Sign("clock: right")


async def _channel(slack: Slack, desk: Desk, name: str, channel: str) -> Sign:
    try:
        told = await slack.web.conversations_info(channel=channel)
    except VENDOR_ERRORS as error:
        return Sign(
            f"{desk.key}: channel #{name} ({channel}): {_code(error)}",
            "Put the channel's id in desk.toml; invite the bot if it is private.",
        )
    facts: dict[str, Any] = told.get("channel") or {}
    if facts.get("is_archived"):
        return Sign(
            f"{desk.key}: channel #{name} is archived", "Unarchive it, or name another channel in desk.toml."
        )
    if not facts.get("is_member"):
        return Sign(
            f"{desk.key}: the bot is not in #{name}", f"Type /invite @deskbell in #{facts.get('name', name)}."
        )
    return Sign(f"{desk.key}: channel #{facts.get('name', name)}")


async def _person(slack: Slack, desk: Desk, name: str, user: str) -> Sign:
    try:
        told = await slack.web.users_info(user=user)
    except VENDOR_ERRORS as error:
        return Sign(
            f"{desk.key}: {name} ({user}): {_code(error)}",
            "Copy the member id from the person's Slack profile into desk.toml.",
        )
    if (told.get("user") or {}).get("deleted"):
        return Sign(
            f"{desk.key}: {name}'s Slack account is deactivated",
            "Set `active = false` for them in desk.toml.",
        )
    return Sign(f"{desk.key}: {name}")


async def _app_token(slack: Slack, settings: Settings) -> Sign:
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is None:
            return Sign(
                "slack: neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET",
                "Set one: Socket Mode or signed HTTP (docs/setup-slack.md).",
            )
        return Sign("slack: signed HTTP (no app token)")
    try:
        await slack.web.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except VENDOR_ERRORS as error:
        return Sign(
            f"slack: the app token is refused ({_code(error)})",
            "Make an app-level token with connections:write and set SLACK_APP_TOKEN.",
        )
    return Sign("slack: Socket Mode may connect")


def _code(error: BaseException) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__


# --- Google ---


def _google(settings: Settings, desks: Mapping[str, Desk]) -> list[Sign]:
    if settings.google_credentials is None:
        return [Sign("google: no service account", "Set GOOGLE_CREDENTIALS (docs/setup-google.md).")]
    try:
        client = client_of(settings)
        found = [sign for desk in desks.values() for sign in check_sheets(client, desk)]
    except Trouble as trouble:
        return [Sign(f"google: {trouble}", "See docs/setup-google.md.")]
    return [Sign(f"{sign.what}", "" if sign.ok else sign.cure) for sign in found]

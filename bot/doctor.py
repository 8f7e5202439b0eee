"""`deskbell doctor`: looks at everything the bot needs from outside, and says what to do about each fault."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial

import psycopg

from bot.doctor_pictures import picture_sign
from bot.doctor_sign import Sign
from bot.doctor_slack import slack_signs
from bot.doctor_telegram import telegram_signs
from bot.store.migrate import pending
from bot.thread import in_thread
from bot.wiring import client_of, database
from config.desk import Desk
from config.load import load_desks
from config.settings import Settings
from sheets.adopt import check as check_sheets
from sheets.errors import Trouble

PATIENCE_SECONDS = 15
"""How long a database may take to answer."""


async def examine(settings: Settings, say: Callable[[str], None]) -> int:
    """Look at the declarations, the database, Slack, Telegram, Google and the pictures. Changes nothing.

    Args:
        settings: what the processes are given.
        say: is told one sign at a time, faults with their cure.

    Returns:
        The exit status: 0, or 1 where anything is wrong.

    Raises:
        DeclarationsRefused: a desk cannot be used; the faults say why.
    """
    desks = load_desks(settings.desks)
    counted = ", ".join(f"{key} ({len(desk.trackers)} trackers)" for key, desk in desks.items())
    say(str(Sign(f"declarations: {counted}")))
    faults = 0
    async for sign in _signs(settings, desks):
        say(str(sign))
        faults += not sign.is_well
    say("Everything is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


async def _signs(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    yield await _database(settings)
    async for sign in slack_signs(settings, desks):
        yield sign
    async for sign in telegram_signs(settings, desks):
        yield sign
    async for sign in _google(settings, desks):
        yield sign
    yield await picture_sign()


async def _database(settings: Settings) -> Sign:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            missing = await pending(database(settings))
    except subprocess.CalledProcessError:
        return Sign("database: the embedded server does not start", f"Read {settings.data}/postgres/log.")
    except (psycopg.OperationalError, TimeoutError) as error:
        first = (str(error).strip().splitlines() or ["no answer"])[0]
        return Sign(f"database: cannot be reached ({first})", "Start it, or mend DATABASE_URL.")
    if missing:
        return Sign(f"database: lacks {', '.join(missing)}", "Run `deskbell migrate`.")
    return Sign("database: reached, up to date")


async def _google(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    if settings.google_credentials is None:
        yield Sign("google: no service account", "Set GOOGLE_CREDENTIALS (docs/setup-google.md).")
        return
    try:
        client = client_of(settings)
    except Trouble as trouble:
        yield Sign(f"google: {trouble}", "Set GOOGLE_CREDENTIALS to the key's file (docs/setup-google.md).")
        return
    try:
        yield Sign(f"google: the account is {client.email}")
        for desk in desks.values():
            for sign in await in_thread(partial(check_sheets, client, desk)):
                yield Sign(sign.what, "" if sign.ok else sign.cure)
    finally:
        client.close()

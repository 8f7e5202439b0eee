"""`deskbell sheets init`: every desk's workbooks created or adopted, told line by line."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from bot.thread import in_thread
from bot.wiring import client_of
from config.load import load_desks
from config.settings import Settings
from sheets.adopt import init_workbook
from sheets.errors import Trouble


async def init(settings: Settings, say: Callable[[str], None], *, dry_run: bool) -> int:
    """Create or adopt the workbooks of every desk. Safe to repeat: a second run changes nothing.

    Trouble with one workbook is told and the next one is gone on with.

    Args:
        settings: where the declarations are, and the service account.
        say: is told a line at a time.
        dry_run: only say what would be done.

    Returns:
        The exit status: 0, 69 where Google could not be reached or refused, 78 without a service account.

    Raises:
        DeclarationsRefused: a desk cannot be used.
    """
    desks = load_desks(settings.desks)
    status, lines = os.EX_OK, 0
    if settings.google_credentials is None:
        say("GOOGLE_CREDENTIALS is not set; docs/setup-google.md says where it comes from.")
        return os.EX_CONFIG
    try:
        client = client_of(settings)
    except Trouble as trouble:
        say(str(trouble))
        return os.EX_UNAVAILABLE
    try:
        for desk, document in [(each, key) for each in desks.values() for key in each.documents]:
            # One call after the other: the client is never in two threads at once.
            work = partial(init_workbook, client, desk, document, dry_run=dry_run)
            try:
                told = await in_thread(work)
            except Trouble as trouble:
                say(f"{desk.documents[document].title}: {trouble}")
                status = os.EX_UNAVAILABLE
                continue
            lines += len(told)
            for line in told:
                say(f"would be done: {line}" if dry_run else line)
    finally:
        client.close()
    if not lines and status == os.EX_OK:
        say("Every workbook is as it should be.")
    return status

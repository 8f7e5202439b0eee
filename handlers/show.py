"""Values, people, days and moments as people read them: one form of each, everywhere."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from config.desk import Channel, Desk
from config.model import Value
from config.texts import text
from config.tracker import Column
from handlers.events import FileRef
from handlers.place import PersonKey

BY_SHEET = PersonKey("sheet")
"""Whoever typed in a sheet: nobody knows who that was."""


def shown(column: Column, value: Value, desk: Desk) -> str:
    """A value as people read it, by its column's type."""
    if isinstance(value, bool):
        return text("card.yes") if value else text("card.no")
    if column.type == "files" and isinstance(value, tuple):
        return ", ".join(FileRef.parse(stored).name for stored in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if column.type == "person":
        return person_name(desk, str(value))
    if column.type == "money":
        return f"{Decimal(str(value)):,.2f}"
    if column.type == "datetime":
        return moment(datetime.fromisoformat(str(value)), desk)
    if column.type == "date":
        return day(date.fromisoformat(str(value)))
    return str(value)


def person_name(desk: Desk, key: str | None) -> str:
    """What to call a person; a key the desk no longer has stands for itself."""
    if key is None:
        return text("card.nobody")
    if key == BY_SHEET:
        return text("card.by_sheet")
    return desk.people[key].name if key in desk.people else str(key)


def channel_name(channel: Channel) -> str:
    """A channel's name as its platform shows it: a group on Telegram has no sign before it."""
    return f"#{channel.name}" if channel.place.startswith("slack:") else channel.name


def day(on: date) -> str:
    """A day: `22 Nov 2026`."""
    return f"{on.day} {on:%b %Y}"


def moment(at: datetime, desk: Desk) -> str:
    """A moment in the desk's own time: `22 Nov 2026, 10:32`."""
    local = at.astimezone(ZoneInfo(desk.timezone))
    return f"{day(local)}, {local:%H:%M}"

"""Desks out of files: `<folder>/<desk>/desk.toml`, `disputes.toml` and `trackers/<tracker>.toml`.

The names of folders and files are the keys. Every fault of every file is reported at once.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from config.calendar import Calendar
from config.check import check
from config.days_off import days_off
from config.desk import Desk
from config.dispute import EVIDENCE_CHOICES, Disputes
from config.errors import DeclarationFault, DeclarationsRefused
from config.explain import explain
from config.model import Declared
from config.tracker import Tracker

DESKS = Path(__file__).parent / "desks"
"""The desks that come with the house."""
M = TypeVar("M", bound=Declared)
_ELSEWHERE = {
    "key": "is the name of the file or folder: leave it out",
    "trackers": "are files of their own, trackers/<tracker>.toml",
    "disputes": "are a file of their own, disputes.toml",
}


def load_desks(folder: Path = DESKS) -> dict[str, Desk]:
    """Every desk of a folder by its key, checked.

    Raises:
        DeclarationsRefused: with every fault of every file, in file order.
    """
    faults: list[DeclarationFault] = []
    homes = sorted(file.parent for file in folder.glob("*/desk.toml"))
    if not homes:
        raise DeclarationsRefused(
            [DeclarationFault(str(folder), "(folder)", "has no desk: no <desk>/desk.toml")]
        )
    loaded = [_desk(home, faults) for home in homes]
    desks = {desk.key: desk for desk in loaded if desk is not None}
    faults += check(desks)
    if faults:
        raise DeclarationsRefused(faults)
    return desks


def _desk(home: Path, faults: list[DeclarationFault]) -> Desk | None:
    """The desk of one folder; None when its own file cannot be used. What is wrong is added to `faults`."""
    raw = _read(home / "desk.toml", f"{home.name}/desk.toml", faults)
    disputes = _disputes(home, faults)
    aliases = (raw or {}).get("header_aliases")
    trackers = [
        _tracker(file, f"{home.name}/trackers/{file.name}", aliases, faults)
        for file in sorted((home / "trackers").glob("*.toml"))
    ]
    if raw is None:
        return None
    raw["key"] = home.name
    desk = _valid(Desk, f"{home.name}/desk.toml", raw, faults)
    if desk is None:
        return None
    choices = {**desk.choices, EVIDENCE_CHOICES: disputes.titles} if disputes else desk.choices
    by_key = {tracker.key: tracker for tracker in trackers if tracker is not None}
    calendars = {key: _with_file(home, key, one, faults) for key, one in desk.calendars.items()}
    loaded = {"trackers": by_key, "disputes": disputes, "choices": choices, "calendars": calendars}
    return desk.model_copy(update=loaded)


def _with_file(home: Path, key: str, calendar: Calendar, faults: list[DeclarationFault]) -> Calendar:
    """The calendar with the days off of its file, if it names one."""
    if calendar.holidays_file is None:
        return calendar
    try:
        more = days_off((home / calendar.holidays_file).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        sentence = f'"{calendar.holidays_file}" cannot be read: {error}'
    except ValueError as error:
        sentence = f'"{calendar.holidays_file}": {error}'
    else:
        return calendar.model_copy(update={"days_off": (*calendar.days_off, *more)})
    faults.append(DeclarationFault(f"{home.name}/desk.toml", f"calendars.{key}.holidays_file", sentence))
    return calendar


def _disputes(home: Path, faults: list[DeclarationFault]) -> Disputes | None:
    """The desk's dispute library, if it has one that can be used."""
    file = home / "disputes.toml"
    if not file.exists():
        return None
    name = f"{home.name}/disputes.toml"
    raw = _read(file, name, faults)
    return None if raw is None else _valid(Disputes, name, raw, faults)


def _tracker(file: Path, name: str, aliases: object, faults: list[DeclarationFault]) -> Tracker | None:
    """The tracker of one file, with the desk's header aliases added to its columns."""
    raw = _read(file, name, faults)
    if raw is None:
        return None
    raw["key"] = file.stem
    tracker = _valid(Tracker, name, raw, faults)
    if tracker is None or not isinstance(aliases, dict):
        return tracker
    return tracker.model_copy(update={"columns": tuple(_aliased(tracker, aliases))})


def _aliased(tracker: Tracker, aliases: dict[str, Any]) -> list[Any]:
    """The tracker's columns, each with the desk's aliases for its key behind its own."""
    columns = []
    for column in tracker.columns:
        more = aliases.get(column.key, [])
        extra = [one for one in more if isinstance(one, str) and one not in (column.header, *column.aliases)]
        columns.append(column.model_copy(update={"aliases": (*column.aliases, *extra)}))
    return columns


def _read(file: Path, name: str, faults: list[DeclarationFault]) -> dict[str, Any] | None:
    """What a TOML file says, without keys that belong elsewhere; None when it is not one."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(DeclarationFault(name, "(file)", f"is not TOML: {error}"))
        return None
    except (OSError, UnicodeDecodeError) as error:
        faults.append(DeclarationFault(name, "(file)", f"cannot be read: {error}"))
        return None
    for key in raw.keys() & _ELSEWHERE.keys():
        faults.append(DeclarationFault(name, key, _ELSEWHERE[key]))
        del raw[key]
    return raw


def _valid(model: type[M], name: str, raw: dict[str, Any], faults: list[DeclarationFault]) -> M | None:
    """The declared thing, or None and its faults."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults.extend(explain(name, model, raw, error))
        return None

"""What a handler asks for before it decides: the case, lists of cases, the next id."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.store import codec
from bot.store.statements import Row, Statements
from config.desk import Desk
from config.tracker import Tracker
from handlers.case import Case, HistoryLine
from handlers.duplicates import search_term
from handlers.place import CaseId, Place
from handlers.scene import Found, Need

Number = Callable[[str, str], Awaitable[int]]
"""Takes the next number of a prefix in a week (`yyww`), for good."""
MOST_FOUND = 500
"""Cases a search or a list is decided on. Who may see which is decided after, so this is far more than one order, one
ticket or one person ever has; it only bounds what a term that everything bears costs."""


async def load(tx: Statements, need: Need, desks: Mapping[str, Desk], now: datetime, number: Number) -> Found:
    """What was asked for. The case itself is locked until the end of the transaction; lists are not.

    Args:
        tx: the open transaction.
        need: what to load; every part is optional.
        desks: the desks to look on, by key.
        now: the moment whose week, in the desk's own time, a new case id has.
        number: takes a number for a new case id, outside of the transaction: taken in it, nobody else could file
            a case of that tracker until its end. A transaction that comes to nothing leaves a gap.
    """
    found = Found()
    if need.at is not None:
        found = await _at(tx, need.at)
    if need.case is not None:
        found = replace(found, case=await _case_to_change(tx, need.case))
    if need.with_history and found.case is not None:
        found = replace(found, history=await history(tx, found.case.id))
    if need.search is not None:
        found = replace(found, cases=await _search(tx, need.search, desks))
    if need.mine is not None:
        found = replace(found, cases=await _mine(tx, need, desks))
    if need.all_open:
        found = replace(found, cases=await _all_open(tx, desks))
    if need.next_id_for is not None:
        found = await _to_file(tx, found, need.next_id_for, need, desks, now, number)
    return found


async def _to_file(
    tx: Statements,
    found: Found,
    tracker: Tracker,
    need: Need,
    desks: Mapping[str, Desk],
    now: datetime,
    number: Number,
) -> Found:
    """What filing a case needs: those like it, and an id. A repeat that is counted on the open case takes no id."""
    desk = _desk_of(tracker, desks)
    alike = await _alike(tx, tracker, desk, need.same_as) if need.same_as is not None else ()
    if alike and tracker.dedupe_action == "add_occurrence":
        return replace(found, duplicates=alike)
    week = _week(now, desk)
    ident = _case_id(tracker, week, await number(tracker.prefix, week))
    return replace(found, duplicates=alike, next_id=ident)


async def history(tx: Statements, case_id: CaseId) -> tuple[HistoryLine, ...]:
    """What happened to a case, as people read it, oldest first."""
    rows = await tx.all("history", case_id=case_id)
    return tuple(HistoryLine(row["at"], row["who"], row["what"]) for row in rows)


def same_as(key: tuple[str, ...]) -> str:
    """A duplicates key as it is stored."""
    return json.dumps(key, ensure_ascii=False)


async def _at(tx: Statements, place: Place) -> Found:
    if place.thread is None:
        return Found()
    where = {"platform": place.platform, "channel": place.channel, "message": place.thread}
    post = await tx.one("case_of_post", **where)
    if post is None:
        return Found()
    return Found(case=await _case_to_change(tx, post["case_id"]), slot=post["slot"])


async def _case_to_change(tx: Statements, case_id: CaseId) -> Case | None:
    row = await tx.one("case_to_change", id=case_id)
    return codec.case(row["body"]) if row else None


async def _search(tx: Statements, text: str, desks: Mapping[str, Desk]) -> tuple[Case, ...]:
    term = search_term(text)
    if not term:
        return ()
    return _cases(await tx.all("search_cases", desks=list(desks), term=term, limit=MOST_FOUND))


async def _mine(tx: Statements, need: Need, desks: Mapping[str, Desk]) -> tuple[Case, ...]:
    who = {"desks": list(desks), "person": need.mine, "limit": MOST_FOUND}
    if need.asked:
        return _cases(await tx.all("cases_asked", trackers=list(need.asked), **who))
    return _cases(await tx.all("cases_owned", **who))


async def _all_open(tx: Statements, desks: Mapping[str, Desk]) -> tuple[Case, ...]:
    return tuple([case for desk in desks for case in _cases(await tx.all("open_cases", desk=desk))])


def _case_id(tracker: Tracker, week: str, number: int) -> CaseId:
    return CaseId(f"{tracker.prefix}-{week}-{number:04}")


async def _alike(tx: Statements, tracker: Tracker, desk: Desk, key: tuple[str, ...]) -> tuple[Case, ...]:
    """The open cases with a duplicates key; where repeats are counted, those who look for it come one at a time."""
    alike = {"desk": desk.key, "tracker": tracker.key, "same_as": same_as(key), "limit": MOST_FOUND}
    if tracker.dedupe_action == "add_occurrence":
        await tx.all("hold_alike", key=f"{desk.key}/{tracker.key}/{same_as(key)}")
    return _cases(await tx.all("cases_alike", **alike))


def _cases(rows: list[Row]) -> tuple[Case, ...]:
    return tuple(codec.case(row["body"]) for row in rows)


def _week(now: datetime, desk: Desk) -> str:
    """The desk's own ISO week, `yyww`: a Monday in Amsterdam is not yet Monday everywhere."""
    calendar = now.astimezone(ZoneInfo(desk.timezone)).isocalendar()
    return f"{calendar.year % 100:02}{calendar.week:02}"


def _desk_of(tracker: Tracker, desks: Mapping[str, Desk]) -> Desk:
    for desk in desks.values():
        if desk.trackers.get(tracker.key) is tracker:
            return desk
    raise LookupError(f"{tracker.key}: this tracker is on none of the desks given")

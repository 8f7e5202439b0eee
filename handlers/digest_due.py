"""When a digest is due: once on each of its days, by the wall clock of its readers, on days on which they work.

What identifies a digest is (desk, key of the digest, local date): whoever sends it stores that first, so that of two
clocks one sends it. One that was missed is caught up later on its own day; on the next there is a newer one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.calendar import ALWAYS, WEEKDAYS, time_of_day
from config.clock import DigestTime
from config.desk import Desk
from handlers.working_time import is_working_day

A_DAY = timedelta(days=1)
LOOKED_AHEAD = 400
"""Days: a digest of some weekday has a day on which people work long before."""


def digest_day(desk: Desk, digest: DigestTime, now: datetime) -> date | None:
    """The local date of the digest that is due today and has its time behind it; None before that, and on days off."""
    today = digest_date(desk, digest, now)
    return today if _is_sent(desk, digest, today) and _moment(desk, digest, today) <= now else None


def digest_date(desk: Desk, digest: DigestTime, now: datetime) -> date:
    """The date where a digest's readers are."""
    return now.astimezone(_zone(desk, digest)).date()


def next_digest(desk: Desk, digest: DigestTime, now: datetime) -> datetime | None:
    """The next moment after this one at which a digest is due; None where its weekday is never worked on."""
    day = now.astimezone(_zone(desk, digest)).date()
    for number in range(LOOKED_AHEAD):
        ahead = day + number * A_DAY
        if _is_sent(desk, digest, ahead) and _moment(desk, digest, ahead) > now:
            return _moment(desk, digest, ahead)
    return None


def _is_sent(desk: Desk, digest: DigestTime, day: date) -> bool:
    if digest.weekday is not None and WEEKDAYS[day.weekday()] != digest.weekday:
        return False
    return is_working_day(desk.calendar_named(digest.calendar), day)


def _moment(desk: Desk, digest: DigestTime, day: date) -> datetime:
    """Its time on a day; where the clock jumps over that, by as much later."""
    return datetime.combine(day, time_of_day(digest.at), _zone(desk, digest)).astimezone(ZoneInfo("UTC"))


def _zone(desk: Desk, digest: DigestTime) -> ZoneInfo:
    """Where its readers are; the calendar `always` is nowhere, so the desk."""
    name = desk.calendar_named(digest.calendar).timezone
    return ZoneInfo(desk.timezone if name == ALWAYS.timezone else name)

"""What a worker sees to beside its jobs: nothing is forgotten, nothing hangs, nothing grows for ever.

Every step is safe to repeat and safe in every replica at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from bot import clock, metrics
from bot.flush import Flusher
from bot.store.store import Store
from bot.store.transaction import DELIVER

logger = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=3)
"""How often a worker says that it lives."""
STALLED = timedelta(seconds=20)
"""A worker silent for this long is dead. Longer than any call it made may still take effect at a vendor, or the
next worker would look for that effect too early and do it twice."""
KEPT_EVENTS = timedelta(days=30)
"""No platform repeats an event after a day; the rest is for whoever looks into a matter."""
KEPT_DELIVERIES = timedelta(days=90)
KEPT_FLUSHES = timedelta(hours=1)
KEPT_GUIDES = timedelta(days=30)
"""A form that came to its end holds no answers any more; its buttons are good for a day."""
KEPT_ALBUMS = timedelta(days=2)
"""Telegram keeps an update for a day (Bot API, "Getting updates"); after that no part of an album comes again."""
KEPT_PRESSES = timedelta(days=7)
"""A button that is too old is no use to anybody; kept a little longer for whoever looks into a matter."""
KEPT_THREADS = timedelta(days=400)
"""Somebody may still answer in the thread of a case that was closed a year ago."""
KEPT_QUARANTINE = timedelta(days=90)
KEPT_DIGESTS = timedelta(days=400)
KEPT_NUDGES = timedelta(days=90)
"""What a case's own watch remembers is enough to ring once; this is for whoever looks into a matter."""


async def poke_workbooks(store: Store, flusher: Flusher) -> None:
    """Ask for a flush of every workbook that has something to write and whose turn is near."""
    async with store.transaction() as tx:
        waiting = await tx.all("workbooks_waiting")
        untold = await tx.one("rows_untold")
    for row in waiting:
        await flusher.poke_waiting(row["desk"], row["document"])
    if untold is not None and untold["count"]:
        await store.poke_rows()


async def return_stalled(store: Store, after: timedelta = STALLED) -> int:
    """Return the jobs of workers that died to the queue; how many there were.

    A delivery is run again, and looks first whether it had landed. A flush is only ended: the tick asks for the
    next one. One replica at a time does this, because a job returned twice could run twice at once.
    """
    async with store.transaction() as tx:
        if not await tx.one("sweep"):
            return 0
        jobs = store.app.job_manager
        stalled = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=after.total_seconds()))
        for job in stalled:
            await _return(store, job)
    return len(stalled)


async def return_job(store: Store, job: Job) -> None:
    """Return one job that nobody works on any more."""
    await _return(store, job)


async def prune(store: Store) -> None:
    """Forget events that nobody repeats any more, and deliveries and guided forms that ended long ago."""
    now = clock.now()
    async with store.transaction() as tx:
        await tx.do("forget_events", before=now - KEPT_EVENTS)
        await tx.do("forget_deliveries", before=now - KEPT_DELIVERIES)
        await tx.do("forget_flushes", before=now - KEPT_FLUSHES)
        await tx.do("forget_guides", before=now - KEPT_GUIDES)
        await tx.do("forget_album_parts", before=now - KEPT_ALBUMS)
        await tx.do("forget_presses", before=now - KEPT_PRESSES)
        await tx.do("forget_threads", before=now - KEPT_THREADS)
        await tx.do("forget_quarantine", before=now - KEPT_QUARANTINE)
        await tx.do("forget_nudges", before=now - KEPT_NUDGES)
        await tx.do("forget_digests", before=now - KEPT_DIGESTS)


async def measure(store: Store) -> None:
    """Publish how long the oldest thing has waited."""
    metrics.QUEUE_AGE.set((await store.queue_age()).total_seconds())


async def _return(store: Store, job: Job) -> None:
    jobs = store.app.job_manager
    if job.id is None:
        return
    try:
        if job.task_name == DELIVER:
            await jobs.retry_job_by_id_async(job.id, retry_at=clock.now())
        else:
            await jobs.finish_job_by_id_async(job.id, status=Status.ABORTED, delete_job=True)
    except ConnectorException:
        # Its worker was alive after all and has just ended it.
        logger.info("job %s came to its own end", job.id)
        return
    logger.warning("job %s of a worker that died is returned", job.id)

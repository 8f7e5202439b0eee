"""What Deskbell counts about itself, for `/metrics`. Numbers and kinds only, never a person's words."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

ACCEPTED = Counter("deskbell_accepted", "Events that were decided and stored, by kind of event", ["event"])
REPEATED = Counter("deskbell_repeated", "Events that a platform delivered again", ["event"])
APPLIED = Counter("deskbell_applied", "Effects that landed, by kind of effect", ["effect"])
RETRIED = Counter("deskbell_retried", "Effects that will be tried again, by kind of effect", ["effect"])
GIVEN_UP = Counter("deskbell_given_up", "Effects that became dead letters, by kind of effect", ["effect"])
UPDATES = Counter("deskbell_updates", "Updates of Telegram, by what became of them", ["end"])
"""`taken`; `again`, because nothing could be committed; `aside`, because nothing could be made of it."""
QUEUE_AGE = Gauge(
    "deskbell_queue_age_seconds", "Age of the oldest effect or cell that waits and is not paused"
)
FLUSH_SIZE = Histogram(
    "deskbell_flush_cases",
    "Cases that one flush of a workbook carried",
    buckets=(1, 3, 10, 30, 100, 300, 1000),
)
REQUESTS = Counter("deskbell_requests", "Requests sent to a vendor", ["vendor"])
"""`slack`, `telegram`, `sheets` for what cases cost; `sheets looks` for the looks at what people changed, so many a
minute."""
NUDGES = Counter("deskbell_nudges", "Nudges that rang, one for each hearer")
BUNDLED = Counter("deskbell_nudges_bundled", "Nudges that went into a message with another")
CAPPED = Counter(
    "deskbell_nudges_capped", "Times a case had rung as often as it may in a day while more was due"
)
OVERDUE_AGE = Gauge(
    "deskbell_oldest_overdue_seconds",
    "How long the case waits that was to be looked at first; 0 when none does",
)
DIGEST_LATENESS = Gauge(
    "deskbell_digest_lateness_seconds",
    "How long after its time the last digest was decided, by digest",
    ["digest"],
)

-- What Deskbell remembers. Moments called *_at without a note are the database's own clock, because the engine
-- compares them with it; `at` and the moments inside a case are the bot's clock, which the sandbox can move.

-- Every event that was decided, by the id its platform repeats. The answer is given again to a repeated event.
CREATE TABLE events (
    id text PRIMARY KEY,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    answer jsonb
);
CREATE INDEX events_stored_at ON events (stored_at);

-- The last number given to a case of a prefix in an ISO week; a row lock on it makes numbers unique. A number that was
-- kept for a row typed by hand and never filed is a gap: numbers are never given again.
CREATE TABLE counters (
    prefix text NOT NULL,
    week text NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (prefix, week)
);

-- Cases. `body` is the whole case; the columns beside it are what is searched, claimed or locked by.
CREATE TABLE cases (
    id text PRIMARY KEY,
    desk text NOT NULL,
    tracker text NOT NULL,
    status text NOT NULL,
    owner text,
    is_open boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    next_check_at timestamptz,
    version integer NOT NULL,
    terms text[] NOT NULL,
    same_as text,
    body jsonb NOT NULL
);
CREATE INDEX cases_terms ON cases USING gin (terms);
CREATE INDEX cases_owner ON cases (desk, owner) WHERE is_open;
CREATE INDEX cases_same_as ON cases (desk, tracker, same_as) WHERE is_open AND same_as IS NOT NULL;
CREATE INDEX cases_next_check_at ON cases (next_check_at) WHERE next_check_at IS NOT NULL;

-- Who did what, for ever. `what` is the sentence people read in a case's history.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    event_id text NOT NULL,
    desk text,
    case_id text,
    platform text NOT NULL,
    team text NOT NULL,
    account text NOT NULL,
    person text,
    who text NOT NULL,
    action text NOT NULL,
    what text NOT NULL,
    facts jsonb NOT NULL
);
CREATE INDEX audit_case ON audit (case_id, id) WHERE case_id IS NOT NULL;

-- The two posts of a case: where each one is, which version of the case it shows.
CREATE TABLE posts (
    case_id text NOT NULL REFERENCES cases (id),
    slot text NOT NULL,
    platform text NOT NULL,
    channel text NOT NULL,
    message text NOT NULL,
    link text NOT NULL,
    shown_version integer NOT NULL,
    PRIMARY KEY (case_id, slot)
);
CREATE UNIQUE INDEX posts_message ON posts (platform, channel, message);

-- Every effect on a chat, by its key, from the decision to its end. A job of the engine carries the key only.
CREATE TABLE deliveries (
    key text PRIMARY KEY,
    desk text NOT NULL,
    case_id text,
    kind text NOT NULL,
    lane text NOT NULL,
    effect jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'trying', 'landed', 'gave_up')),
    failures integer NOT NULL DEFAULT 0,
    is_paused boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now(),
    first_tried_at timestamptz,
    tried_at timestamptz,
    landed_at timestamptz,
    reason text
);
CREATE INDEX deliveries_unfinished ON deliveries (queued_at) WHERE state <> 'landed';
CREATE INDEX deliveries_case ON deliveries (case_id) WHERE case_id IS NOT NULL;

-- Cells that are not on the sheet yet; a row leaves the table when they are. `doubtful`: a flush was under way.
CREATE TABLE sheet_writes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    desk text NOT NULL,
    document text NOT NULL,
    tracker text NOT NULL,
    case_id text NOT NULL,
    cells jsonb NOT NULL,
    new boolean NOT NULL,
    soon boolean NOT NULL,
    doubtful boolean NOT NULL DEFAULT false,
    queued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sheet_writes_workbook ON sheet_writes (desk, document, id);

-- Where a case's row was seen last: a hint, never an address. `is_told`: the case knows of its row.
CREATE TABLE sheet_rows (
    case_id text PRIMARY KEY,
    gid integer NOT NULL,
    row integer NOT NULL,
    link text NOT NULL,
    is_told boolean NOT NULL,
    gone_at timestamptz
);
CREATE INDEX sheet_rows_untold ON sheet_rows (case_id) WHERE NOT is_told;

-- The pace of a workbook: when its last flush started and how much it carried, and until when it is left alone.
CREATE TABLE workbooks (
    desk text NOT NULL,
    document text NOT NULL,
    flushed_at timestamptz,
    size integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    not_before timestamptz,
    PRIMARY KEY (desk, document)
);

-- The starts of all flushes: the account that writes every workbook has one budget of calls a minute.
CREATE TABLE flushes (at timestamptz NOT NULL);
CREATE INDEX flushes_at ON flushes (at);

-- What waits for a person to put it right, and when it is tried again: a platform (`slack`), a place of it
-- (`slack:C0123`), a workbook (`sheet:mhj/book`) or a tracker of it (`sheet:mhj/book/item-issue`).
CREATE TABLE paused (
    what text PRIMARY KEY,
    desk text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    retry_at timestamptz NOT NULL
);

-- Cells that may be written now: neither their workbook nor their tracker waits for a person.
CREATE VIEW free_writes AS
SELECT w.* FROM sheet_writes AS w WHERE NOT EXISTS (
    SELECT 1 FROM paused AS p WHERE p.retry_at > now() AND p.what IN (
        format('sheet:%s/%s', w.desk, w.document), format('sheet:%s/%s/%s', w.desk, w.document, w.tracker)
    )
);

-- The engine asks of every waiting job whether an earlier one has its lock; its own index leads with the job's id
-- and is read whole each time, which makes a thousand waiting jobs ten times slower than ten.
CREATE INDEX procrastinate_jobs_by_lock ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');

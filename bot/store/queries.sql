-- Every statement of the store: `-- :name`, a sentence, the statement. Arguments are %(name)s.

-- :claim_event
-- Take an event for this transaction; no row comes back when it is already stored. A second transaction with the
-- same id waits here until the first has ended.
INSERT INTO events (id, kind, at) VALUES (%(id)s, %(kind)s, %(at)s)
ON CONFLICT (id) DO NOTHING
RETURNING id

-- :answer_of_event
-- What the actor of a stored event was shown.
SELECT answer::text AS answer FROM events WHERE id = %(id)s

-- :store_answer
-- Keep what the actor is shown, for when the event comes again.
UPDATE events SET answer = %(answer)s::jsonb WHERE id = %(id)s

-- :forget_events
-- Delete events that no platform will repeat any more.
DELETE FROM events WHERE stored_at < %(before)s

-- :next_number
-- The next number of a prefix in a week. The row stays locked until the end of the transaction, and a rollback
-- gives the number back.
INSERT INTO counters (prefix, week, last) VALUES (%(prefix)s, %(week)s, 1)
ON CONFLICT (prefix, week) DO UPDATE SET last = counters.last + 1
RETURNING last

-- :case_to_change
-- A case, locked until the end of the transaction.
SELECT body::text AS body FROM cases WHERE id = %(id)s FOR UPDATE

-- :case
-- A case as it is.
SELECT body::text AS body FROM cases WHERE id = %(id)s

-- :case_of_post
-- Which case a message belongs to, and which of its posts it is.
SELECT case_id, slot FROM posts
WHERE platform = %(platform)s AND channel = %(channel)s AND message = %(message)s

-- :search_cases
-- Cases that have this text as id, order, ticket or number, newest first.
SELECT body::text AS body FROM cases
WHERE desk = ANY(%(desks)s) AND terms @> ARRAY[%(term)s::text]
ORDER BY opened_at DESC, id DESC
LIMIT %(limit)s

-- :cases_owned
-- Open cases of an owner, the one that changed longest ago first.
SELECT body::text AS body FROM cases
WHERE desk = ANY(%(desks)s) AND owner = %(owner)s AND is_open
ORDER BY changed_at, id
LIMIT %(limit)s

-- :cases_alike
-- Open cases of a tracker with the same duplicates key, newest first.
SELECT body::text AS body FROM cases
WHERE desk = %(desk)s AND tracker = %(tracker)s AND same_as = %(same_as)s AND is_open
ORDER BY opened_at DESC, id DESC
LIMIT %(limit)s

-- :history
-- What happened to a case, as people read it, oldest first.
SELECT at, who, what FROM audit WHERE case_id = %(case_id)s AND what <> '' ORDER BY id

-- :file_case
-- Store a case for the first time.
INSERT INTO cases (id, desk, tracker, status, owner, is_open, opened_at, changed_at, next_check_at, version, terms,
    same_as, body)
VALUES (%(id)s, %(desk)s, %(tracker)s, %(status)s, %(owner)s, %(is_open)s, %(opened_at)s, %(changed_at)s,
    %(next_check_at)s, %(version)s, %(terms)s, %(same_as)s, %(body)s::jsonb)

-- :change_case
-- Store a case over the version it was decided on; no row changes when somebody else was quicker.
UPDATE cases SET tracker = %(tracker)s, status = %(status)s, owner = %(owner)s, is_open = %(is_open)s,
    changed_at = %(changed_at)s, next_check_at = %(next_check_at)s, version = %(version)s, terms = %(terms)s,
    same_as = %(same_as)s, body = %(body)s::jsonb
WHERE id = %(id)s AND version = %(version)s - 1

-- :write_audit
-- Add lines to the audit trail, in order.
INSERT INTO audit (at, event_id, desk, case_id, platform, team, account, person, who, action, what, facts)
SELECT %(at)s, %(event_id)s, %(desk)s, line.case_id, %(platform)s, %(team)s, %(account)s, %(person)s, %(who)s,
    line.action, line.what, line.facts
FROM ROWS FROM (jsonb_to_recordset(%(lines)s::jsonb)
    AS (case_id text, action text, what text, facts jsonb))
    WITH ORDINALITY AS line (case_id, action, what, facts, n)
ORDER BY line.n

-- :queue_writes
-- Add cells to what a workbook still lacks, in order.
INSERT INTO sheet_writes (desk, document, tracker, case_id, cells, new, soon)
SELECT %(desk)s, w.document, w.tracker, w.case_id, w.cells, w.new, w.soon
FROM ROWS FROM (jsonb_to_recordset(%(writes)s::jsonb)
    AS (document text, tracker text, case_id text, cells jsonb, new boolean, soon boolean))
    WITH ORDINALITY AS w (document, tracker, case_id, cells, new, soon, n)
ORDER BY w.n

-- :queue_deliveries
-- Add effects that are to be delivered; those whose key is known already are left out of the answer.
INSERT INTO deliveries (key, desk, case_id, kind, lane, effect, at)
SELECT d.key, %(desk)s, d.case_id, d.kind, d.lane, d.effect, %(at)s
FROM jsonb_to_recordset(%(deliveries)s::jsonb)
    AS d (key text, case_id text, kind text, lane text, effect jsonb)
ON CONFLICT (key) DO NOTHING
RETURNING key

-- :delivery_to_try
-- A delivery, locked until the end of the transaction.
SELECT key, desk, case_id, kind, lane, effect::text AS effect, state, failures, is_paused, at, queued_at, first_tried_at
FROM deliveries WHERE key = %(key)s FOR UPDATE

-- :mark_trying
-- Say that a delivery is under way: from now on it is doubtful until its end is stored.
UPDATE deliveries SET state = 'trying', tried_at = now(), first_tried_at = coalesce(first_tried_at, now()),
    is_paused = false
WHERE key = %(key)s

-- :mark_landed
-- Say that a delivery is done; no row changes when that was stored before.
UPDATE deliveries SET state = 'landed', landed_at = now(), reason = %(reason)s
WHERE key = %(key)s AND state <> 'landed'

-- :mark_failed
-- Count a failure of a delivery and say whether it may have landed (trying) or certainly not (waiting).
UPDATE deliveries SET state = %(state)s, failures = failures + %(counts)s, reason = %(reason)s,
    is_paused = %(is_paused)s
WHERE key = %(key)s AND state IN ('waiting', 'trying')

-- :mark_held
-- Say that a delivery waits because what it needs is paused.
UPDATE deliveries SET is_paused = true, reason = %(reason)s WHERE key = %(key)s AND state IN ('waiting', 'trying')

-- :earlier_doubt
-- When another card of the same post was first tried and never seen to land, if that ever happened.
SELECT min(first_tried_at) AS since, min(at) AS at FROM deliveries
WHERE case_id = %(case_id)s AND lane = %(lane)s AND kind = 'ShowCard' AND key <> %(key)s
    AND state IN ('trying', 'gave_up') AND first_tried_at IS NOT NULL

-- :pause
-- Say that something waits for a person; `fresh` when it did not wait before.
INSERT INTO paused (what, desk, reason, retry_at) VALUES (%(what)s, %(desk)s, %(reason)s, %(retry_at)s)
ON CONFLICT (what) DO UPDATE SET retry_at = excluded.retry_at, reason = excluded.reason
RETURNING since, (xmax = 0) AS fresh

-- :resume
-- Say that these do not wait for a person any more.
DELETE FROM paused WHERE what = ANY(%(whats)s)

-- :paused
-- Everything that waits for a person, the longest first.
SELECT what, desk, reason, since, retry_at FROM paused ORDER BY since, what

-- :mark_gave_up
-- Make a delivery a dead letter.
UPDATE deliveries SET state = 'gave_up', failures = failures + 1, reason = %(reason)s
WHERE key = %(key)s AND state IN ('waiting', 'trying')

-- :revive
-- Give a dead letter another chance. What may have landed stays doubtful, so it is looked for first.
UPDATE deliveries SET state = CASE WHEN first_tried_at IS NULL THEN 'waiting' ELSE 'trying' END, failures = 0
WHERE key = %(key)s AND state = 'gave_up'
RETURNING key, lane

-- :outbox
-- Deliveries in these states, oldest first.
SELECT key, desk, case_id, kind, state, failures, queued_at, tried_at, reason FROM deliveries
WHERE state = ANY(%(states)s)
ORDER BY queued_at, key
LIMIT %(limit)s

-- :orphans
-- Deliveries that wait for a job that is gone: nobody would ever try them again.
SELECT d.key, d.lane FROM deliveries AS d
WHERE d.state IN ('waiting', 'trying') AND d.queued_at < now() - %(age)s::interval AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS j
    WHERE j.task_name = %(task)s AND j.status IN ('todo', 'doing') AND j.args ->> 'key' = d.key
)

-- :queue_age
-- How long the oldest thing has waited that nobody holds back: an effect, or cells of a sheet that is not paused.
SELECT coalesce(extract(epoch FROM now() - min(since)), 0)::float AS seconds FROM (
    SELECT min(queued_at) AS since FROM deliveries WHERE state IN ('waiting', 'trying') AND NOT is_paused
    UNION ALL
    SELECT min(w.queued_at) FROM sheet_writes AS w WHERE NOT EXISTS (
        SELECT 1 FROM paused AS p
        WHERE p.what IN (
            format('sheet:%%s/%%s', w.desk, w.document), format('sheet:%%s/%%s/%%s', w.desk, w.document, w.tracker)
        )
    )
) AS waiting

-- :post
-- One of the two posts of a case.
SELECT platform, channel, message, link, shown_version FROM posts
WHERE case_id = %(case_id)s AND slot = %(slot)s

-- :store_post
-- Keep where a case's post is; a post that is there already keeps its place.
INSERT INTO posts (case_id, slot, platform, channel, message, link, shown_version)
VALUES (%(case_id)s, %(slot)s, %(platform)s, %(channel)s, %(message)s, %(link)s, %(version)s)
ON CONFLICT (case_id, slot) DO NOTHING
RETURNING case_id

-- :forget_post
-- Forget a post that was deleted on its platform, so that the next card is posted anew.
DELETE FROM posts WHERE case_id = %(case_id)s AND slot = %(slot)s

-- :mark_shown
-- Keep which version of the case a post shows; never goes back.
UPDATE posts SET shown_version = greatest(shown_version, %(version)s)
WHERE case_id = %(case_id)s AND slot = %(slot)s

-- :pending_writes
-- Cells that are not on their sheet yet, oldest first, with the reason where the tracker or its workbook is paused.
SELECT w.desk, w.document, w.tracker, w.case_id, w.new, w.queued_at, p.reason FROM sheet_writes AS w
LEFT JOIN LATERAL (
    SELECT reason FROM paused WHERE what IN (
        format('sheet:%%s/%%s', w.desk, w.document), format('sheet:%%s/%%s/%%s', w.desk, w.document, w.tracker)
    ) ORDER BY what LIMIT 1
) AS p ON true
ORDER BY w.id
LIMIT %(limit)s

-- :workbook_pace
-- What a workbook has to write and when it wrote last, all by the database's clock.
SELECT now() AS now, b.flushed_at, coalesce(b.size, 0) AS size, coalesce(b.failures, 0) AS failures, b.not_before,
    w.urgent, w.patient_since
FROM (
    SELECT count(*) FILTER (WHERE NOT soon) AS urgent, min(queued_at) FILTER (WHERE soon) AS patient_since
    FROM free_writes WHERE desk = %(desk)s AND document = %(document)s
) AS w
LEFT JOIN workbooks AS b ON b.desk = %(desk)s AND b.document = %(document)s

-- :take_writes
-- Take the cells of the cases that wait longest, all cells of each of them, and say that they are doubtful from now
-- on. Cells that may wait are left behind while there is a rush, unless their case is taken anyway.
WITH taken AS (
    SELECT case_id FROM free_writes
    WHERE desk = %(desk)s AND document = %(document)s AND (%(patient)s OR NOT soon)
    GROUP BY case_id ORDER BY min(id) LIMIT %(limit)s
), before AS (
    SELECT w.id, w.doubtful FROM sheet_writes AS w
    WHERE w.desk = %(desk)s AND w.document = %(document)s AND w.case_id IN (SELECT case_id FROM taken)
        AND w.id IN (SELECT id FROM free_writes)
    ORDER BY w.id FOR UPDATE
)
UPDATE sheet_writes AS w SET doubtful = true FROM before
WHERE w.id = before.id
RETURNING w.id, w.tracker, w.case_id, w.cells::text AS cells, w.new, w.queued_at, before.doubtful AS was_doubtful,
    (SELECT r.row FROM sheet_rows AS r WHERE r.case_id = w.case_id AND r.gone_at IS NULL) AS row_hint

-- :mark_flush
-- Say that a flush of a workbook starts now, and how many cases it carries.
INSERT INTO workbooks (desk, document, flushed_at, size) VALUES (%(desk)s, %(document)s, clock_timestamp(), %(size)s)
ON CONFLICT (desk, document) DO UPDATE SET flushed_at = excluded.flushed_at, size = excluded.size

-- :mark_flush_ended
-- Say how a flush ended: how often it has failed in a row, and until when the workbook is left alone.
UPDATE workbooks SET failures = %(failures)s, not_before = clock_timestamp() + %(after)s::interval
WHERE desk = %(desk)s AND document = %(document)s

-- :certain
-- Say that these cells are certainly not on the sheet.
UPDATE sheet_writes SET doubtful = false WHERE id = ANY(%(ids)s)

-- :written
-- Forget cells that are on the sheet.
DELETE FROM sheet_writes WHERE id = ANY(%(ids)s)

-- :rows_seen
-- Keep where rows are now; a case whose row is new or elsewhere is still to be told.
INSERT INTO sheet_rows (case_id, gid, row, link, is_told)
SELECT seen.case_id, seen.gid, seen.row, seen.link, false
FROM jsonb_to_recordset(%(rows)s::jsonb) AS seen (case_id text, gid integer, row integer, link text)
ORDER BY seen.case_id
ON CONFLICT (case_id) DO UPDATE SET gid = excluded.gid, row = excluded.row, link = excluded.link, gone_at = NULL,
    is_told = sheet_rows.is_told AND sheet_rows.link = excluded.link AND sheet_rows.gone_at IS NULL

-- :rows_gone
-- Keep that people deleted these rows; their cases are still to be told, once.
INSERT INTO sheet_rows (case_id, gid, row, link, is_told, gone_at)
SELECT gone, 0, 0, '', false, now() FROM unnest(%(case_ids)s::text[]) AS gone ORDER BY gone
ON CONFLICT (case_id) DO UPDATE SET gone_at = now(), is_told = false WHERE sheet_rows.gone_at IS NULL

-- :row_to_tell
-- A row its case does not know of yet, kept from other workers until the end of the transaction.
SELECT case_id, link, gone_at FROM sheet_rows WHERE NOT is_told
ORDER BY case_id LIMIT 1 FOR UPDATE SKIP LOCKED

-- :row_told
-- Say that a case knows of its row.
UPDATE sheet_rows SET is_told = true WHERE case_id = %(case_id)s

-- :rows_untold
-- How many cases do not know of their row yet.
SELECT count(*) AS count FROM sheet_rows WHERE NOT is_told

-- :workbooks_waiting
-- Every workbook that has something it may write.
SELECT DISTINCT desk, document FROM free_writes ORDER BY desk, document

-- :sweep
-- Be the only one who returns stalled jobs, until the end of the transaction; no row when somebody else is.
SELECT true AS mine WHERE pg_try_advisory_xact_lock(1684370027)

-- :forget_deliveries
-- Delete deliveries that landed long ago; dead letters stay until a person has seen to them.
DELETE FROM deliveries WHERE state = 'landed' AND landed_at < %(before)s

-- :unfinished
-- Whether anything waits that could be done now.
SELECT true AS waits WHERE EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
    OR EXISTS (SELECT 1 FROM free_writes)
    OR EXISTS (SELECT 1 FROM sheet_rows WHERE NOT is_told)

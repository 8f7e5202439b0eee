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
-- The next number of a prefix in a week. No number is given twice; one whose case came to nothing is a gap.
INSERT INTO counters (prefix, week, last) VALUES (%(prefix)s, %(week)s, 1)
ON CONFLICT (prefix, week) DO UPDATE SET last = counters.last + 1
RETURNING last

-- :case_to_change
-- A case, locked until the end of the transaction. NO KEY: a post of it may be stored meanwhile, or the two posts of a
-- case that land at once would wait for each other.
SELECT body::text AS body FROM cases WHERE id = %(id)s FOR NO KEY UPDATE

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
WHERE desk = ANY(%(desks)s) AND owner = %(person)s AND is_open
ORDER BY changed_at, id
LIMIT %(limit)s

-- :cases_asked
-- Open cases of these trackers that a supplier was asked about or this person logged, the one that changed longest ago
-- first.
SELECT body::text AS body FROM cases
WHERE desk = ANY(%(desks)s) AND tracker = ANY(%(trackers)s) AND is_open
    AND (body ->> 'requested_at' IS NOT NULL OR body ->> 'reporter' = %(person)s)
ORDER BY changed_at, id
LIMIT %(limit)s

-- :hold_alike
-- Let nobody else look for cases with this duplicates key until the end of the transaction: where a repeat is counted,
-- two that come together would both find none.
SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 7))

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
INSERT INTO sheet_writes (desk, document, tracker, case_id, cells, was, new, soon)
SELECT %(desk)s, w.document, w.tracker, w.case_id, w.cells, coalesce(w.was, '{}'), w.new, w.soon
FROM ROWS FROM (jsonb_to_recordset(%(writes)s::jsonb)
    AS (document text, tracker text, case_id text, cells jsonb, was jsonb, new boolean, soon boolean))
    WITH ORDINALITY AS w (document, tracker, case_id, cells, was, new, soon, n)
ORDER BY w.n

-- :queue_deliveries
-- Add effects that are to be delivered, and answer with the keys of those that are new. One whose key is known is left
-- as it is. A card that would only repeat one that waits is left out: that one will show the case as it is then.
WITH asked AS (
    SELECT * FROM jsonb_to_recordset(%(deliveries)s::jsonb)
        AS d (key text, case_id text, kind text, lane text, effect jsonb)
), waiting AS (
    UPDATE deliveries AS w SET revised = w.revised + 1 FROM asked AS d
    WHERE w.case_id = d.case_id AND w.lane = d.lane AND w.key <> d.key AND w.state = 'waiting'
        AND w.kind = 'ShowCard' AND d.kind = 'ShowCard'
    RETURNING d.key
)
INSERT INTO deliveries (key, desk, case_id, kind, lane, effect, at)
SELECT d.key, %(desk)s, d.case_id, d.kind, d.lane, d.effect, %(at)s FROM asked AS d
WHERE d.key NOT IN (SELECT key FROM waiting)
ON CONFLICT (key) DO NOTHING
RETURNING key

-- :delivery_to_try
-- A delivery with its case and that case's post as they are; and since
-- when another card of the same post may have landed without being seen to.
SELECT d.key, d.desk, d.case_id, d.kind, d.lane, d.effect::text AS effect, d.state, d.failures, d.revived, d.is_paused, d.at,
    d.revised, d.tried_at, d.first_tried_at, c.body::text AS body, c.tracker, p.platform, p.channel, p.message, p.shown_version,
    g.message AS guide_message,
    (SELECT min(least(e.first_tried_at, e.at)) FROM deliveries AS e
        WHERE d.kind = 'ShowCard' AND p.message IS NULL AND e.case_id = d.case_id AND e.lane = d.lane
            AND e.kind = 'ShowCard' AND e.key <> d.key AND e.state IN ('trying', 'gave_up')) AS doubt_since,
    EXISTS (SELECT FROM deliveries AS e
        WHERE d.kind = 'ShowCard' AND p.message IS NULL AND e.case_id = d.case_id AND e.lane = d.lane
            AND e.kind = 'ShowCard' AND e.key <> d.key AND e.state = 'gave_up' AND e.in_doubt) AS is_doubted
FROM deliveries AS d
LEFT JOIN cases AS c ON c.id = d.case_id
LEFT JOIN posts AS p ON p.case_id = d.case_id AND p.slot = d.effect -> 'is' ->> 'slot'
LEFT JOIN guides AS g ON d.kind = 'ShowGuide' AND g.id = d.effect -> 'is' ->> 'guide'
WHERE d.key = %(key)s

-- :mark_trying
-- Say that a delivery is under way: from now on it is doubtful until its end is stored. No row comes back when it is
-- not any more as it was read: somebody else tries it, it is at its end, or it is to show a newer state of its case.
UPDATE deliveries SET state = 'trying', tried_at = now(), first_tried_at = coalesce(first_tried_at, now()),
    is_paused = false
WHERE key = %(key)s AND state IN ('waiting', 'trying') AND revised = %(revised)s
    AND tried_at IS NOT DISTINCT FROM %(tried_at)s
RETURNING key

-- :mark_landed
-- Say that a delivery is done; no row changes when that was stored before. What a guided form showed is forgotten: a
-- draft is kept in one place.
UPDATE deliveries SET state = 'landed', landed_at = now(), reason = %(reason)s,
    effect = CASE WHEN kind = 'ShowGuide' THEN '{}' ELSE effect END
WHERE key = %(key)s AND state <> 'landed'

-- :mark_failed
-- Count a failure of a delivery and say whether it may have landed (trying) or certainly not (waiting).
UPDATE deliveries SET state = %(state)s, failures = failures + %(counts)s, reason = %(reason)s,
    is_paused = %(is_paused)s
WHERE key = %(key)s AND state IN ('waiting', 'trying')

-- :mark_held
-- Say that a delivery waits because what it needs is paused.
UPDATE deliveries SET is_paused = true, reason = %(reason)s WHERE key = %(key)s AND state IN ('waiting', 'trying')
RETURNING key

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
-- Make a delivery a dead letter; `in_doubt` when it may have been sent all the same.
UPDATE deliveries SET state = 'gave_up', failures = failures + 1, reason = %(reason)s, in_doubt = %(in_doubt)s
WHERE key = %(key)s AND state IN ('waiting', 'trying')

-- :revive
-- Give a dead letter another chance. What may have landed stays doubtful, so it is looked for first; where nobody can
-- look, whoever asks for this has.
UPDATE deliveries SET state = CASE WHEN first_tried_at IS NULL OR in_doubt THEN 'waiting' ELSE 'trying' END, failures = 0,
    revived = revived + 1, in_doubt = false
WHERE key = %(key)s AND state = 'gave_up'
RETURNING key, lane

-- :send_again
-- The same for one that may have been sent, if it belongs to this case.
UPDATE deliveries SET state = 'waiting', failures = 0, revived = revived + 1, in_doubt = false
WHERE key = %(key)s AND case_id = %(case_id)s AND state = 'gave_up' AND in_doubt
RETURNING key, lane

-- :request_in_doubt
-- A case's request that may have been sent, if its place is not known and this message is not known to be anything else.
SELECT d.key, d.desk, c.tracker FROM deliveries AS d JOIN cases AS c ON c.id = d.case_id
WHERE d.case_id = %(case_id)s AND d.kind = 'ShowCard' AND d.effect -> 'is' ->> 'slot' = 'supplier'
    AND (d.state = 'trying' OR d.state = 'gave_up' AND d.in_doubt)
    AND NOT EXISTS (SELECT FROM posts WHERE posts.case_id = d.case_id AND posts.slot = 'supplier')
    AND NOT EXISTS (SELECT FROM posts WHERE posts.platform = %(platform)s AND posts.channel = %(channel)s
        AND posts.message = %(message)s)
    AND NOT EXISTS (SELECT FROM threads WHERE threads.platform = %(platform)s AND threads.channel = %(channel)s
        AND threads.message = %(message)s)
ORDER BY d.at LIMIT 1

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

-- :posts_under_way
-- Posts of cases that were tried a moment ago and whose end is not stored: they may be there without being known.
SELECT c.desk, c.tracker, d.effect -> 'is' ->> 'slot' AS slot FROM deliveries AS d
JOIN cases AS c ON c.id = d.case_id
LEFT JOIN posts AS p ON p.case_id = d.case_id AND p.slot = d.effect -> 'is' ->> 'slot'
WHERE d.state = 'trying' AND d.kind = 'ShowCard' AND p.message IS NULL AND d.tried_at > now() - %(age)s::interval

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
SELECT now() AS now, b.flushed_at, coalesce(b.size, 0) AS size, b.not_before,
    w.urgent, w.patient_since, w.patient_last,
    (SELECT at FROM flushes ORDER BY at DESC OFFSET %(budget)s - 1 LIMIT 1) AS budget_since
FROM (
    SELECT count(*) FILTER (WHERE NOT soon) AS urgent, min(queued_at) FILTER (WHERE soon) AS patient_since,
        max(queued_at) FILTER (WHERE soon) AS patient_last
    FROM free_writes WHERE desk = %(desk)s AND document = %(document)s
) AS w
LEFT JOIN workbooks AS b ON b.desk = %(desk)s AND b.document = %(document)s

-- :workbook
-- How often a workbook's flushes have failed in a row.
SELECT failures FROM workbooks WHERE desk = %(desk)s AND document = %(document)s

-- :take_writes
-- Take the cells of the cases that wait longest, all cells of each of them, and say that they are doubtful from now
-- on. Cells that may wait are left behind while there is a rush, unless their case is taken anyway.
WITH taken AS (
    SELECT case_id FROM free_writes
    WHERE desk = %(desk)s AND document = %(document)s AND (%(patient)s OR NOT soon OR doubtful)
    GROUP BY case_id ORDER BY min(id) LIMIT %(limit)s
), before AS (
    SELECT w.id, w.doubtful FROM sheet_writes AS w
    WHERE w.desk = %(desk)s AND w.document = %(document)s AND w.case_id IN (SELECT case_id FROM taken)
        AND w.id IN (SELECT id FROM free_writes)
    ORDER BY w.id FOR UPDATE
)
UPDATE sheet_writes AS w SET doubtful = true FROM before
WHERE w.id = before.id
RETURNING w.id, w.tracker, w.case_id, w.cells::text AS cells, w.was::text AS was, w.new, w.queued_at,
    before.doubtful AS was_doubtful,
    (SELECT r.row FROM sheet_rows AS r WHERE r.case_id = w.case_id AND r.gone_at IS NULL) AS row_hint,
    (SELECT r.seen::text FROM sheet_rows AS r WHERE r.case_id = w.case_id) AS seen

-- :mark_flush
-- Say that a flush of a workbook starts now, and how many cases it carries.
INSERT INTO workbooks (desk, document, flushed_at, size) VALUES (%(desk)s, %(document)s, clock_timestamp(), %(size)s)
ON CONFLICT (desk, document) DO UPDATE SET flushed_at = excluded.flushed_at, size = excluded.size

-- :count_flush
-- Count a flush against the account's budget.
INSERT INTO flushes (at) VALUES (clock_timestamp())

-- :forget_flushes
-- Delete flushes that count against no budget any more.
DELETE FROM flushes WHERE at < %(before)s

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

-- :workbook_to_read
-- Whether a workbook is left alone now, whether its last flush failed, and whether it still lacks cells.
SELECT EXISTS (
        SELECT 1 FROM paused WHERE what = format('sheet:%%s/%%s', %(desk)s::text, %(document)s::text) AND retry_at > now()
    ) AS is_paused,
    EXISTS (
        SELECT 1 FROM workbooks WHERE desk = %(desk)s AND document = %(document)s AND failures > 0
    ) AS has_failed,
    EXISTS (SELECT 1 FROM sheet_writes WHERE desk = %(desk)s AND document = %(document)s) AS is_behind

-- :watched_rows
-- Every row of a tracker that ever was on its tab, with what the last looks at it brought.
SELECT r.case_id, c.version, r.row, r.link, r.looked, r.gone_at, r.missing_since IS NOT NULL AS was_missing,
    r.seen ? 'case_id' AS was_doubled, r.seen <> '{}' AS has_memory,
    r.owed <> '{}' AS is_owed,
    EXISTS (SELECT 1 FROM sheet_writes AS w WHERE w.case_id = r.case_id) AS is_pending
FROM sheet_rows AS r JOIN cases AS c ON c.id = r.case_id
WHERE c.desk = %(desk)s AND c.tracker = %(tracker)s

-- :cases_watched
-- Some cases as they are.
SELECT id, body::text AS body FROM cases WHERE id = ANY(%(ids)s)

-- :row_to_follow
-- The row of a case, locked until the end of the transaction; always before the case itself.
SELECT case_id FROM sheet_rows WHERE case_id = %(case_id)s FOR UPDATE

-- :row_memory
-- What is remembered of a row, and whether cells of it are still to be written.
SELECT seen::text AS seen, edits, EXISTS (SELECT 1 FROM sheet_writes WHERE case_id = %(case_id)s) AS is_pending
FROM sheet_rows WHERE case_id = %(case_id)s

-- :remember_row
-- Keep what people were told of a row.
UPDATE sheet_rows SET seen = %(seen)s::jsonb, edits = %(edits)s, looked = %(looked)s WHERE case_id = %(case_id)s

-- :remember_doubled
-- Keep that people were told of a case id that stands on several rows; no row comes back when they were before.
UPDATE sheet_rows SET seen = seen || '{"case_id": []}', edits = edits + 1
WHERE case_id = %(case_id)s AND NOT seen ? 'case_id'
RETURNING edits

-- :rows_looked
-- Keep that nothing was left to do about these rows.
UPDATE sheet_rows AS r SET looked = l.looked
FROM jsonb_to_recordset(%(rows)s::jsonb) AS l (case_id text, looked text) WHERE r.case_id = l.case_id

-- :rows_moved
-- Keep where these rows are now; their cases need not be told.
UPDATE sheet_rows AS r SET row = m.row
FROM jsonb_to_recordset(%(rows)s::jsonb) AS m (case_id text, row integer) WHERE r.case_id = m.case_id

-- :rows_missing
-- Keep that a look did not find these rows.
UPDATE sheet_rows SET missing_since = coalesce(missing_since, now()) WHERE case_id = ANY(%(case_ids)s)

-- :rows_found
-- Keep that a look found these rows again.
UPDATE sheet_rows SET missing_since = NULL WHERE case_id = ANY(%(case_ids)s)

-- :row_back
-- Keep that a row which people had deleted is there again, and that its case knows.
UPDATE sheet_rows SET gone_at = NULL, missing_since = NULL, is_told = true, row = %(row)s, link = %(link)s
WHERE case_id = %(case_id)s AND gone_at IS NOT NULL
RETURNING case_id

-- :owe_cells
-- Keep cells that cannot be written because their rows are gone, later ones over earlier ones.
UPDATE sheet_rows AS r SET owed = r.owed || w.cells
FROM (
    SELECT w.case_id, jsonb_object_agg(cell.key, cell.value ORDER BY w.id) AS cells
    FROM sheet_writes AS w, jsonb_each(w.cells) AS cell
    WHERE w.id = ANY(%(ids)s) GROUP BY w.case_id
) AS w
WHERE r.case_id = w.case_id

-- :take_owed
-- The cells that were not written while a row was gone; from now on it is owed nothing.
UPDATE sheet_rows AS r SET owed = '{}'
FROM (SELECT case_id, owed FROM sheet_rows WHERE case_id = %(case_id)s AND owed <> '{}' FOR UPDATE) AS before
WHERE r.case_id = before.case_id
RETURNING before.owed::text AS owed

-- :typed_rows_seen
-- Keep since when rows typed by hand show what they show.
INSERT INTO typed_rows (desk, tracker, mark, n)
SELECT %(desk)s, %(tracker)s, t.mark, t.n FROM jsonb_to_recordset(%(rows)s::jsonb) AS t (mark text, n integer)
ON CONFLICT (desk, tracker, mark, n) WHERE filed_at IS NULL DO NOTHING

-- :typed_rows_left
-- Forget rows typed by hand that show something else by now and were not given an id.
DELETE FROM typed_rows AS r
WHERE r.desk = %(desk)s AND r.tracker = %(tracker)s AND r.case_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM jsonb_to_recordset(%(rows)s::jsonb) AS t (mark text, n integer) WHERE (t.mark, t.n) = (r.mark, r.n)
)

-- :typed_rows_kept
-- Whether rows typed by hand are remembered that were not given an id.
SELECT true AS kept FROM typed_rows
WHERE desk = %(desk)s AND tracker = %(tracker)s AND filed_at IS NULL AND case_id IS NULL LIMIT 1

-- :typed_rows_waiting
-- Rows typed by hand that are no cases yet: the id kept for them, and whether they have rested.
SELECT mark, n, case_id, now() - since >= %(rest)s::interval AS has_rested FROM typed_rows
WHERE desk = %(desk)s AND tracker = %(tracker)s AND filed_at IS NULL

-- :typed_row_named
-- Keep the id that a row typed by hand is to have.
UPDATE typed_rows SET case_id = %(case_id)s
WHERE desk = %(desk)s AND tracker = %(tracker)s AND mark = %(mark)s AND n = %(n)s AND filed_at IS NULL
    AND case_id IS NULL

-- :typed_row_filed
-- Say that the case of a row typed by hand is filed.
UPDATE typed_rows SET filed_at = now() WHERE case_id = %(case_id)s AND filed_at IS NULL

-- :ids_known
-- What is known of these case ids: cases, and ids that are kept for rows typed by hand.
SELECT id, false AS is_kept FROM cases WHERE id = ANY(%(ids)s)
UNION ALL
SELECT case_id, true FROM typed_rows WHERE case_id = ANY(%(ids)s) AND filed_at IS NULL

-- :bot_keys
-- The event by which each of these cases was filed, which is the bot's key of its row.
SELECT case_id, event_id FROM audit WHERE case_id = ANY(%(ids)s) AND action IN ('logged', 'adopted')

-- :is_asked
-- Whether a job with this queueing lock waits already.
SELECT true AS asked FROM procrastinate_jobs WHERE queueing_lock = %(lock)s AND status = 'todo'

-- :keep_presses
-- Keep what buttons mean in a channel; a button that is kept already is good for longer.
INSERT INTO presses (id, platform, channel, action, case_id, value, expires_at)
SELECT p.id, %(platform)s, %(channel)s, p.action, p.case_id, p.value, %(until)s
FROM (
    SELECT DISTINCT ON (id) * FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS each (id text, action text, case_id text, value text) ORDER BY id
) AS p
ON CONFLICT (id) DO UPDATE SET expires_at = greatest(presses.expires_at, excluded.expires_at)

-- :press
-- What a button means in a channel, unless it is too old.
SELECT action, case_id, value FROM presses
WHERE id = %(id)s AND platform = %(platform)s AND channel = %(channel)s AND expires_at > %(now)s

-- :chat_moved
-- Keep what a chat is called now, by the id that a desk declares. Its messages of before are marked with the id it had
-- then: those of the new one are numbered from 1 again.
WITH kept AS (
    INSERT INTO moved_chats (platform, declared, now)
    VALUES (
        %(platform)s,
        coalesce(
            (SELECT declared FROM moved_chats WHERE platform = %(platform)s AND moved_chats.now = %(chat)s), %(chat)s
        ),
        %(now)s
    )
    ON CONFLICT (platform, declared) DO UPDATE SET now = excluded.now, at = now()
        WHERE moved_chats.now <> excluded.now
    RETURNING declared
), former_posts AS (
    UPDATE posts SET message = posts.message || '@' || %(chat)s FROM kept
    WHERE posts.platform = %(platform)s AND posts.channel = kept.declared AND position('@' IN posts.message) = 0
), former_threads AS (
    UPDATE threads SET thread = threads.thread || '@' || %(chat)s FROM kept
    WHERE threads.platform = %(platform)s AND threads.channel = kept.declared AND position('@' IN threads.thread) = 0
)
UPDATE guides SET message = guides.message || '@' || %(chat)s FROM kept
WHERE guides.platform = %(platform)s AND guides.channel = kept.declared AND position('@' IN guides.message) = 0

-- :declared_chat
-- The id that a desk declares of a chat that is called this now.
SELECT declared FROM moved_chats WHERE platform = %(platform)s AND now = %(now)s ORDER BY at DESC LIMIT 1

-- :chat_now
-- What a declared chat is called now.
SELECT now FROM moved_chats WHERE platform = %(platform)s AND declared = %(declared)s

-- :keep_thread
-- Keep that a message stands in a thread.
INSERT INTO threads (platform, channel, chat, message, thread)
VALUES (%(platform)s, %(channel)s, %(chat)s, %(message)s, %(thread)s)
ON CONFLICT (platform, chat, message) DO NOTHING

-- :thread_of
-- The first message of the thread that a message stands in.
SELECT thread FROM threads WHERE platform = %(platform)s AND chat = %(chat)s AND message = %(message)s

-- :channel_of_message
-- The channel of a message that is in a thread or is one of a case's posts.
SELECT channel FROM threads WHERE platform = %(platform)s AND chat = %(chat)s AND message = %(message)s
UNION ALL
SELECT channel FROM posts
WHERE platform = %(platform)s AND message = %(message)s
    AND (channel = %(declared)s OR starts_with(channel, %(declared)s || ':'))
LIMIT 1

-- :link_of
-- Whose an account was shown to be on a desk.
SELECT person FROM links WHERE platform = %(platform)s AND account = %(account)s AND desk = %(desk)s

-- :links_of
-- The desks on which an account was shown to be somebody's.
SELECT desk FROM links WHERE platform = %(platform)s AND account = %(account)s

-- :store_link
-- Keep whose an account is on a desk.
INSERT INTO links (platform, account, desk, person, at)
VALUES (%(platform)s, %(account)s, %(desk)s, %(person)s, %(at)s)
ON CONFLICT (platform, account, desk) DO UPDATE SET person = excluded.person, at = excluded.at

-- :unlink
-- Take back every account that was linked to a person of a desk.
DELETE FROM links WHERE desk = %(desk)s AND person = %(person)s

-- :forget_link_codes
-- Delete codes that are good no more.
DELETE FROM link_codes WHERE expires_at <= %(now)s

-- :link_turn
-- Be the only one who asks for a code for a person, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended(%(who)s, 8))

-- :link_codes_of
-- How many codes are good for a person.
SELECT count(*) AS count FROM link_codes WHERE desk = %(desk)s AND person = %(person)s

-- :store_link_code
-- Keep the hash of a code that is on its way, unless the account has one.
INSERT INTO link_codes (platform, account, desk, person, code_hash, expires_at)
VALUES (%(platform)s, %(account)s, %(desk)s, %(person)s, %(code_hash)s, %(expires_at)s)
ON CONFLICT (platform, account) DO NOTHING

-- :try_link_code
-- Count one try of an account's code, and give the code's hash; no row where there is none that may be tried.
UPDATE link_codes SET tries = tries + 1
WHERE platform = %(platform)s AND account = %(account)s AND expires_at > %(now)s AND tries < %(most)s
RETURNING desk, person, code_hash

-- :spend_link_code
-- Delete an account's code.
DELETE FROM link_codes WHERE platform = %(platform)s AND account = %(account)s

-- :guide_turn
-- Be the only one who sees to somebody's form in a place, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended(%(who)s, 6))

-- :open_guide
-- The form that is open for somebody in a place, locked until the end of the transaction.
SELECT id, body::text AS body, message FROM guides
WHERE platform = %(platform)s AND channel = %(channel)s AND account = %(account)s AND ended_at IS NULL FOR UPDATE

-- :guide
-- An open form by its id, locked until the end of the transaction.
SELECT id, body::text AS body, message FROM guides WHERE id = %(id)s AND ended_at IS NULL FOR UPDATE

-- :keep_guide
-- Keep a form as it stands now; one that came to its end stays so.
INSERT INTO guides (id, platform, channel, account, desk, version, body, at, expires_at)
VALUES (%(id)s, %(platform)s, %(channel)s, %(account)s, %(desk)s, %(version)s, %(body)s::jsonb, %(at)s, %(expires_at)s)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, expires_at = excluded.expires_at
WHERE guides.ended_at IS NULL

-- :end_guide
-- End a form and forget what was answered.
UPDATE guides SET ended_at = now(), body = '{}' WHERE id = %(id)s AND ended_at IS NULL

-- :guide_shown
-- Keep which message shows a form; none where it is gone.
UPDATE guides SET message = %(message)s WHERE id = %(id)s

-- :guide_under_way
-- Whether a message of a form is on its way: tried a moment ago without being seen to, or, if that counts, waiting.
SELECT true AS is_under_way FROM deliveries
WHERE lane = %(lane)s AND (
    (state = 'trying' AND tried_at > now() - %(age)s::interval) OR (state = 'waiting' AND %(or_waits)s)
) LIMIT 1

-- :guides_expired
-- Open forms whose time is over, kept from other processes until the end of the transaction.
SELECT id, body::text AS body, message FROM guides WHERE ended_at IS NULL AND expires_at <= %(now)s
ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED

-- :forget_guides
-- Delete forms that ended long ago: nobody presses their buttons any more.
DELETE FROM guides WHERE ended_at < %(before)s

-- :keep_album_part
-- Keep one part of an album, however often it comes.
INSERT INTO album_parts (platform, chat, album, message, part)
VALUES (%(platform)s, %(chat)s, %(album)s, %(message)s, %(part)s::jsonb)
ON CONFLICT DO NOTHING

-- :name_albums
-- Give the parts of every album that has been quiet for a while, somebody's in one chat or all there are, the id of one
-- event; late ones get one of their own.
UPDATE album_parts AS p SET event = q.event
FROM (
    SELECT chat, album, 'tg:' || chat || ':album:' || album || CASE
        WHEN bool_or(event IS NOT NULL) THEN ':' || min(message::bigint) FILTER (WHERE event IS NULL) ELSE ''
    END AS event
    FROM album_parts
    WHERE platform = %(platform)s AND (chat, album) IN (
        SELECT chat, album FROM album_parts WHERE platform = %(platform)s AND taken_at IS NULL
            AND (%(chat)s::text IS NULL OR chat = %(chat)s AND part -> 'from' ->> 'id' = %(account)s)
    )
    GROUP BY chat, album
    HAVING max(at) FILTER (WHERE event IS NULL) <= now() - %(quiet)s::interval
) AS q
WHERE p.platform = %(platform)s AND p.chat = q.chat AND p.album = q.album AND p.event IS NULL

-- :album_parts_named
-- The parts of albums that are complete and were not decided yet, in their order.
SELECT event, part FROM album_parts
WHERE platform = %(platform)s AND event IS NOT NULL AND taken_at IS NULL ORDER BY event, message::bigint

-- :album_part_left
-- Whether there is a part that no decision was made about.
SELECT true AS left_over FROM album_parts WHERE platform = %(platform)s AND taken_at IS NULL LIMIT 1

-- :album_taken
-- Remember that a decision was made about these parts, and not what they were.
UPDATE album_parts SET taken_at = now(), part = '{}' WHERE platform = %(platform)s AND event = %(event)s

-- :quarantine
-- Keep that nothing could be made of an authentic update.
INSERT INTO quarantine (platform, reason) VALUES (%(platform)s, %(reason)s)

-- :forget_album_parts
-- Delete the traces of albums of which no part can come again.
DELETE FROM album_parts WHERE taken_at < %(before)s

-- :forget_presses
-- Delete what buttons meant that have long been too old.
DELETE FROM presses WHERE expires_at < %(before)s

-- :forget_threads
-- Delete which thread old messages are in.
DELETE FROM threads WHERE at < %(before)s

-- :forget_quarantine
-- Delete that nothing could be made of an update long ago.
DELETE FROM quarantine WHERE at < %(before)s

-- :cases_due
-- Cases that have to be looked at now, kept from other processes until the end of the transaction.
SELECT desk, body::text AS body FROM cases
WHERE next_check_at <= %(now)s AND is_open AND desk = ANY(%(desks)s)
ORDER BY next_check_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED

-- :watch_case
-- Store the clocks of a case that this transaction has locked.
UPDATE cases SET next_check_at = %(next_check_at)s, version = %(version)s, body = %(body)s::jsonb WHERE id = %(id)s

-- :keep_nudge
-- Keep that a nudge rang; no row comes back where it had rung before. What a person hears directly waits to be sent.
INSERT INTO nudges (key, desk, case_id, person, body, at, sent_at, delivery)
VALUES (%(key)s, %(desk)s, %(case_id)s, %(person)s, %(body)s::jsonb, %(at)s, %(sent_at)s, %(delivery)s)
ON CONFLICT (key) DO NOTHING
RETURNING key

-- :nudges_turn
-- Be the only one who sends what waits, until the end of the transaction; no row where another process does.
SELECT true AS turn WHERE pg_try_advisory_xact_lock(hashtextextended('deskbell:nudges', 7))

-- :nudges_waiting
-- Nudges of a desk that wait for their person, but for those who were sent a message just now.
SELECT n.key, n.person, n.body::text AS nudge, c.body::text AS body FROM nudges AS n JOIN cases AS c ON c.id = n.case_id
WHERE n.desk = %(desk)s AND n.sent_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM nudges AS s
    WHERE s.desk = n.desk AND s.person = n.person AND s.delivery IS NOT NULL AND s.sent_at > %(after)s
)
ORDER BY n.at, n.key

-- :nudges_sent
-- Keep with which message nudges were sent; with none where they were not worth it any more.
UPDATE nudges SET sent_at = %(at)s, delivery = %(delivery)s WHERE key = ANY(%(keys)s) AND sent_at IS NULL

-- :nudges_unheard
-- Nudges whose message could not be delivered, kept from other processes until the end of the transaction.
SELECT n.key, n.case_id, n.body::text AS nudge FROM nudges AS n JOIN deliveries AS d ON d.key = n.delivery
WHERE d.state = 'gave_up' AND n.unheard_at IS NULL AND n.desk = ANY(%(desks)s)
ORDER BY n.key LIMIT %(limit)s FOR UPDATE OF n SKIP LOCKED

-- :nudge_unheard
-- Keep that a nudge was not heard.
UPDATE nudges SET unheard_at = %(at)s WHERE key = %(key)s

-- :oldest_overdue
-- How long ago the case was to be looked at that waits longest for a look; no row where none waits.
SELECT extract(epoch FROM %(now)s - min(next_check_at))::float8 AS seconds FROM cases
WHERE next_check_at <= %(now)s AND is_open HAVING min(next_check_at) IS NOT NULL

-- :forget_nudges
-- Delete nudges that rang long ago: none of them can ring again.
DELETE FROM nudges WHERE at < %(before)s

-- :digest_times
-- When each digest of a desk is due next, as far as it is known.
SELECT digest, next_digest_at FROM digests WHERE desk = %(desk)s

-- :plan_digest
-- Keep when a digest is due next, unless that is earlier already; a new one waits for its time.
INSERT INTO digests (desk, digest, next_digest_at) VALUES (%(desk)s, %(digest)s, %(at)s)
ON CONFLICT (desk, digest) DO UPDATE SET next_digest_at = excluded.next_digest_at
WHERE digests.next_digest_at IS NULL OR excluded.next_digest_at < digests.next_digest_at

-- :claim_digest
-- A digest whose time has come, kept from other processes until the end of the transaction.
SELECT next_digest_at FROM digests WHERE desk = %(desk)s AND digest = %(digest)s AND next_digest_at <= %(now)s
FOR UPDATE SKIP LOCKED

-- :digest_seen_to
-- Keep when a digest is due again.
UPDATE digests SET next_digest_at = %(at)s WHERE desk = %(desk)s AND digest = %(digest)s

-- :digest_sent
-- Keep that a digest was sent on a local date; no row comes back where it was sent before.
INSERT INTO digests_sent (desk, audience, day, at) VALUES (%(desk)s, %(audience)s, %(day)s, %(at)s)
ON CONFLICT DO NOTHING
RETURNING day

-- :open_cases
-- Every open case of a desk.
SELECT body::text AS body FROM cases WHERE desk = %(desk)s AND is_open ORDER BY opened_at, id

-- :cases_lately
-- Cases of a desk that were opened or changed since a moment.
SELECT body::text AS body FROM cases
WHERE desk = %(desk)s AND (changed_at >= %(since)s OR opened_at >= %(since)s) ORDER BY opened_at, id

-- :open_before
-- How many cases of each tracker were open at these moments, by their days.
SELECT d.day, c.tracker, count(*) AS open
FROM unnest(%(days)s::date[], %(ends)s::timestamptz[]) AS d (day, at)
JOIN cases AS c ON c.desk = %(desk)s AND c.opened_at < d.at
    AND (c.is_open OR (c.body ->> 'closed_at')::timestamptz >= d.at)
GROUP BY d.day, c.tracker

-- :tab_links
-- A link into the tab of each tracker of which a row is known.
SELECT DISTINCT ON (c.tracker) c.tracker, r.link FROM sheet_rows AS r JOIN cases AS c ON c.id = r.case_id
WHERE c.desk = %(desk)s AND r.link <> '' ORDER BY c.tracker, c.opened_at DESC

-- :forget_digests
-- Delete that digests were sent long ago.
DELETE FROM digests_sent WHERE at < %(before)s

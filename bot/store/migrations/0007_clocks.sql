-- What rang and what is to be told when. All moments here are the bot's clock, which the sandbox can move.

-- Every nudge that rang. Its key says case, clock, since when it rings, rung and hearer: a rung rings once.
-- `person` hears directly, and what waits for a person goes out together; `delivery` is the message it went with.
CREATE TABLE nudges (
    key text PRIMARY KEY,
    desk text NOT NULL,
    case_id text NOT NULL REFERENCES cases (id),
    person text,
    body jsonb NOT NULL,
    at timestamptz NOT NULL,
    sent_at timestamptz,
    delivery text,
    unheard_at timestamptz
);
CREATE INDEX nudges_waiting ON nudges (desk, at) WHERE sent_at IS NULL;
CREATE INDEX nudges_person ON nudges (desk, person, sent_at) WHERE delivery IS NOT NULL;
CREATE INDEX nudges_delivery ON nudges (delivery) WHERE unheard_at IS NULL AND delivery IS NOT NULL;
CREATE INDEX nudges_at ON nudges (at);

-- When each digest of a desk is due next. A digest that was declared just now waits for its time.
CREATE TABLE digests (
    desk text NOT NULL,
    digest text NOT NULL,
    next_digest_at timestamptz,
    PRIMARY KEY (desk, digest)
);

-- The digests that were sent: one for each audience on each local date.
CREATE TABLE digests_sent (
    desk text NOT NULL,
    audience text NOT NULL,
    day date NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (desk, audience, day)
);

-- Cases from before there were clocks are looked at once, and get theirs.
UPDATE cases SET next_check_at = now() WHERE is_open AND next_check_at IS NULL;

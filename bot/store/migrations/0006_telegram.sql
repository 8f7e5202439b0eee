-- What a chat needs that has no forms, no threads and no payload under its buttons.

-- Forms that are asked one question at a time. One is open for somebody in a place; `body` is the whole guide.
-- `message` is the platform's id of the message that shows its question, `shown` the version it shows.
CREATE TABLE guides (
    id text PRIMARY KEY,
    platform text NOT NULL,
    channel text NOT NULL,
    account text NOT NULL,
    desk text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    message text,
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX guides_open ON guides (platform, channel, account) WHERE ended_at IS NULL;
CREATE INDEX guides_expires_at ON guides (expires_at) WHERE ended_at IS NULL;

-- What a button means, by the opaque id that it carries: good in one channel, until a moment.
CREATE TABLE presses (
    id text PRIMARY KEY,
    platform text NOT NULL,
    channel text NOT NULL,
    action text NOT NULL,
    case_id text,
    value text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX presses_expires_at ON presses (expires_at);

-- Messages under one of a case's posts, and the first message of their thread: a reply names one message only.
CREATE TABLE threads (
    platform text NOT NULL,
    chat text NOT NULL,
    message text NOT NULL,
    channel text NOT NULL,
    thread text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, chat, message)
);
CREATE INDEX threads_at ON threads (at);

-- Parts of albums. Those that belong together get the id of one event when no more come; they are remembered after
-- that was decided, because a part may come again, or too late.
CREATE TABLE album_parts (
    platform text NOT NULL,
    chat text NOT NULL,
    album text NOT NULL,
    message text NOT NULL,
    part jsonb NOT NULL,
    event text,
    at timestamptz NOT NULL DEFAULT now(),
    taken_at timestamptz,
    PRIMARY KEY (platform, chat, album, message)
);
CREATE INDEX album_parts_left ON album_parts (platform, chat, album) WHERE taken_at IS NULL;

-- Chats that go by another id now than the desk declares.
CREATE TABLE moved_chats (
    platform text NOT NULL,
    declared text NOT NULL,
    now text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, declared)
);

-- Authentic updates that nothing could be made of, kept to be looked at.
CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    platform text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- Accounts that somebody showed to be theirs, beside those that the desk declares.
CREATE TABLE links (
    platform text NOT NULL,
    account text NOT NULL,
    desk text NOT NULL,
    person text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (platform, account, desk)
);

-- A one-time code on its way to the other side; kept as a hash.
CREATE TABLE link_codes (
    platform text NOT NULL,
    account text NOT NULL,
    desk text NOT NULL,
    person text NOT NULL,
    code_hash text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (platform, account)
);

-- A dead letter that may have been sent all the same, on a platform that cannot be asked.
ALTER TABLE deliveries ADD COLUMN in_doubt boolean NOT NULL DEFAULT false;

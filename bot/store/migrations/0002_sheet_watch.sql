-- What the bot remembers of rows in order to notice what people did to them by hand. `seen` holds, by column key,
-- what people were told of a cell that does not hold what the store has: a mark of its text and one of the
-- store's, never the text itself. `edits` counts what was told. `looked` is the case's version and a mark of the
-- row when nothing was left to do about it. `missing_since`: the last look did not find the row. `owed` are cells
-- that were to be written while the row was gone: it gets them should it ever come back.
ALTER TABLE sheet_rows
    ADD COLUMN seen jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN edits integer NOT NULL DEFAULT 0,
    ADD COLUMN looked text NOT NULL DEFAULT '',
    ADD COLUMN missing_since timestamptz,
    ADD COLUMN owed jsonb NOT NULL DEFAULT '{}';

-- Rows that people typed, without a case id: a mark of what they show (`n` numbers those that show the same), since
-- when they show it, and the id that is kept for them until it stands in the row and the case is filed.
CREATE TABLE typed_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    desk text NOT NULL,
    tracker text NOT NULL,
    mark text NOT NULL,
    n integer NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    case_id text UNIQUE,
    filed_at timestamptz
);
CREATE UNIQUE INDEX typed_rows_waiting ON typed_rows (desk, tracker, mark, n) WHERE filed_at IS NULL;

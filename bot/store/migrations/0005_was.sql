-- What the case held before, in the columns that people may change as well: a cell that shows something else by the time
-- it is to be written was typed in meanwhile.
ALTER TABLE sheet_writes ADD COLUMN was jsonb NOT NULL DEFAULT '{}';

-- How often a person gave a dead letter another chance: each of its deaths is told.
ALTER TABLE deliveries ADD COLUMN revived integer NOT NULL DEFAULT 0;

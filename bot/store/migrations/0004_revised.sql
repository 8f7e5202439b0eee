-- How often a card that still waits was asked for again: it is sent once, and shows the case as it is then. Whoever is
-- about to send it finds out by this number that the case changed after they had read it.
ALTER TABLE deliveries ADD COLUMN revised integer NOT NULL DEFAULT 0;

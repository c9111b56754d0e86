-- Up to which event a session's team was told how it looks in a list.
ALTER TABLE "session" ADD COLUMN "told_seq" INTEGER NOT NULL DEFAULT 0;
-- Whether anybody of a team has a list open.
ALTER TABLE "team" ADD COLUMN "watchers" INTEGER NOT NULL DEFAULT 0;

-- Any part of a title or a prompt is found, in any language and in code, where a search by words would miss
-- `use_theme` and half a word. The extension comes with Postgres and is trusted: the database's owner may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What a list shows of a session, kept by the write that appends the events which change it.
ALTER TABLE "session" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'waiting',
    ADD COLUMN "doing" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "cost_usd" DECIMAL(18,9) NOT NULL DEFAULT 0,
    ADD COLUMN "last_outcome" TEXT,
    ADD COLUMN "people" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "news_seq" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "told_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- How far somebody has read a session.
CREATE TABLE "session_read" (
    "user_id" TEXT NOT NULL,
    "session_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "session_read_pkey" PRIMARY KEY ("user_id","session_id")
);
ALTER TABLE "session_read" ADD CONSTRAINT "session_read_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_read" ADD CONSTRAINT "session_read_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Sessions that are there already: the same as a replay of their logs gives.
UPDATE "session" SET
    "status" = CASE
        WHEN ("state"->>'isArchived')::boolean THEN 'archived'
        WHEN ("state"#>>'{running,isStopRequested}')::boolean THEN 'stopping'
        WHEN "state" @? '$.asks[*] ? (@.status == "open")' THEN 'needs_you'
        WHEN ("state"#>>'{running,isDelivered}')::boolean THEN 'working'
        WHEN jsonb_typeof("state"->'running') = 'object' OR jsonb_array_length("state"->'queue') > 0 THEN 'starting'
        WHEN "state"#>>'{sandbox,phase}' = 'failed' THEN 'needs_you'
        WHEN "state"#>>'{sandbox,phase}' = 'lost' AND jsonb_array_length("state"->'retryable') > 0 THEN 'needs_you'
        WHEN "state"#>>'{sandbox,phase}' = 'none' THEN 'waiting'
        ELSE 'idle' END,
    "cost_usd" = COALESCE((SELECT sum(("payload"->>'costUsd')::numeric) FROM "event"
        WHERE "session_id" = "session"."id" AND "kind" = 'turn.step_finished'), 0),
    "last_outcome" = (SELECT "payload"->>'outcome' FROM "event"
        WHERE "session_id" = "session"."id" AND "kind" IN ('prompt.started', 'prompt.finished')
        ORDER BY "seq" DESC LIMIT 1),
    "people" = COALESCE((SELECT jsonb_object_agg(spoke.id, spoke.said) FROM (
        SELECT DISTINCT ON ("actor"->>'userId') "actor"->>'userId' AS id,
            jsonb_build_object('name', "actor"->'name', 'via', "actor"->'via', 'seq', "seq") AS said
        FROM "event" WHERE "session_id" = "session"."id" AND "actor"->>'type' = 'user'
            AND "kind" IN ('session.created', 'prompt.queued', 'steer.sent', 'ask.answered')
        ORDER BY "actor"->>'userId', "seq" DESC) AS spoke), '{}'),
    "news_seq" = COALESCE((SELECT max("seq") FROM "event" WHERE "session_id" = "session"."id"
        AND ("kind" IN ('prompt.finished', 'ask.opened')
            OR "kind" = 'sandbox.phase' AND "payload"->>'phase' IN ('failed', 'lost'))), 0),
    "changed_at" = COALESCE((SELECT max("at") FROM "event" WHERE "session_id" = "session"."id"
        AND "kind" IN ('session.created', 'session.archived', 'prompt.queued', 'prompt.started', 'prompt.finished',
            'ask.opened', 'ask.answered', 'ask.expired')), "created_at");

-- Nobody finds everything unread because of this change.
INSERT INTO "session_read" ("user_id", "session_id", "seq")
SELECT "membership"."user_id", "session"."id", "session"."last_seq"
FROM "session" JOIN "membership" ON "membership"."team_id" = "session"."team_id";

-- `updated_at` changes with every event. Without an index on it, the write that appends one touches no index at all.
DROP INDEX "session_team_id_updated_at_idx";
CREATE INDEX "session_team_id_changed_at_idx" ON "session"("team_id", "changed_at");
CREATE INDEX "session_team_id_status_changed_at_idx" ON "session"("team_id", "status", "changed_at");
CREATE INDEX "session_title_idx" ON "session" USING GIN ("title" gin_trgm_ops);
CREATE INDEX "prompt_text_idx" ON "prompt" USING GIN ("text" gin_trgm_ops);

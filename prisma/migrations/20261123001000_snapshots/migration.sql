-- Disks of sandboxes that their providers keep, with where in the log each was kept.
CREATE TABLE "snapshot" (
    "provider" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "session_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("session_id", "provider", "id")
);

CREATE INDEX "snapshot_provider_id_idx" ON "snapshot"("provider", "id");
CREATE INDEX "snapshot_dropped_at_idx" ON "snapshot"("dropped_at");

ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_session_id_fkey"
    FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

INSERT INTO "snapshot" ("provider", "id", "session_id", "epoch", "seq")
SELECT 'local', "snapshot_id", "id", "epoch", "last_seq" FROM "session" WHERE "snapshot_id" IS NOT NULL;

-- What the disk of the present epoch's sandbox was made of.
ALTER TABLE "session" ADD COLUMN "started_from" JSONB;
ALTER TABLE "session" DROP COLUMN "snapshot_id";

-- Sandboxes that run and belong to no session, since when that was seen.
CREATE TABLE "sandbox_orphan" (
    "provider" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sandbox_orphan_pkey" PRIMARY KEY ("provider", "id")
);

-- Sessions whose first prompt is being typed: in no list, and gone after a while.
ALTER TABLE "session" ADD COLUMN "is_draft" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "session_is_draft_team_id_idx" ON "session"("is_draft", "team_id");

-- Looks at the files of a session, for as long as somebody waits for them.
CREATE TABLE "sandbox_read" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "answer" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sandbox_read_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "sandbox_read_session_id_idx" ON "sandbox_read"("session_id");

ALTER TABLE "sandbox_read" ADD CONSTRAINT "sandbox_read_session_id_fkey"
    FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

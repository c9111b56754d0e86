-- Pull requests that sessions opened, as GitHub told of them last.
CREATE TABLE "pull_request" (
    "full_name" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "session_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pull_request_pkey" PRIMARY KEY ("full_name", "number")
);

CREATE INDEX "pull_request_session_id_idx" ON "pull_request"("session_id");
CREATE INDEX "pull_request_checked_at_idx" ON "pull_request"("checked_at");

ALTER TABLE "pull_request" ADD CONSTRAINT "pull_request_session_id_fkey"
    FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was said on them to Dispatch, each once, and what came of it.
CREATE TABLE "pull_request_comment" (
    "full_name" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    -- `review:1` or `issue:1`: GitHub counts the two apart.
    "comment" TEXT NOT NULL,
    "prompt_id" UUID,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "pull_request_comment_pkey" PRIMARY KEY ("full_name", "number", "comment")
);

CREATE INDEX "pull_request_comment_prompt_id_idx" ON "pull_request_comment"("prompt_id");

ALTER TABLE "pull_request_comment" ADD CONSTRAINT "pull_request_comment_full_name_number_fkey"
    FOREIGN KEY ("full_name", "number") REFERENCES "pull_request"("full_name", "number") ON DELETE CASCADE ON UPDATE CASCADE;

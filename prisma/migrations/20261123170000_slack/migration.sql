CREATE TABLE "slack_workspace" (
    "id" TEXT NOT NULL,
    "team_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "bot_user_id" TEXT NOT NULL,
    "bot_token" TEXT,
    "installed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "budget" DOUBLE PRECISION NOT NULL DEFAULT 20,
    "budget_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paused_until" TIMESTAMPTZ(3),

    CONSTRAINT "slack_workspace_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "slack_person" (
    "workspace_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "slack_person_pkey" PRIMARY KEY ("workspace_id","slack_user_id")
);

CREATE TABLE "slack_link" (
    "hash" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "slack_name" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "slack_link_pkey" PRIMARY KEY ("hash")
);

CREATE TABLE "slack_channel" (
    "workspace_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "repository_id" UUID NOT NULL,

    CONSTRAINT "slack_channel_pkey" PRIMARY KEY ("workspace_id","channel_id")
);

CREATE TABLE "slack_thread" (
    "id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "thread_ts" TEXT NOT NULL,
    "session_id" UUID NOT NULL,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "anchor" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "trouble" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "slack_thread_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "slack_message" (
    "thread_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "ts" TEXT,
    "shown" TEXT NOT NULL DEFAULT '',
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "slack_message_pkey" PRIMARY KEY ("thread_id","key")
);

CREATE TABLE "slack_request" (
    "id" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "n" SERIAL NOT NULL,
    "processed_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "held_for" TEXT,
    "choice" UUID,

    CONSTRAINT "slack_request_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "slack_thread_session_id_key" ON "slack_thread"("session_id");
CREATE UNIQUE INDEX "slack_thread_workspace_id_channel_id_thread_ts_key" ON "slack_thread"("workspace_id", "channel_id", "thread_ts");
CREATE INDEX "slack_request_processed_at_n_idx" ON "slack_request"("processed_at", "n");
CREATE INDEX "slack_request_held_for_idx" ON "slack_request"("held_for");

ALTER TABLE "slack_workspace" ADD CONSTRAINT "slack_workspace_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_person" ADD CONSTRAINT "slack_person_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "slack_workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_person" ADD CONSTRAINT "slack_person_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_link" ADD CONSTRAINT "slack_link_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "slack_workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_channel" ADD CONSTRAINT "slack_channel_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "slack_workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_channel" ADD CONSTRAINT "slack_channel_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repository"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_thread" ADD CONSTRAINT "slack_thread_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "slack_workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_thread" ADD CONSTRAINT "slack_thread_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "slack_message" ADD CONSTRAINT "slack_message_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "slack_thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

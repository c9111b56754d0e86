-- Where the GitHub App is installed, and the repositories that it was given there.
CREATE TABLE "github_installation" (
    "id" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "is_suspended" BOOLEAN NOT NULL DEFAULT false,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "github_installation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "github_repository" (
    "full_name" TEXT NOT NULL,
    "installation_id" INTEGER NOT NULL,
    "is_private" BOOLEAN NOT NULL,
    "default_branch" TEXT NOT NULL,

    CONSTRAINT "github_repository_pkey" PRIMARY KEY ("full_name")
);

CREATE INDEX "github_repository_installation_id_idx" ON "github_repository"("installation_id");
CREATE INDEX "github_repository_full_name_trgm_idx" ON "github_repository" USING GIN ("full_name" gin_trgm_ops);

ALTER TABLE "github_repository" ADD CONSTRAINT "github_repository_installation_id_fkey"
    FOREIGN KEY ("installation_id") REFERENCES "github_installation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What GitHub said last that somebody may do with a repository; believed for minutes.
CREATE TABLE "github_access" (
    "user_id" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "right" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "github_access_pkey" PRIMARY KEY ("user_id", "full_name")
);

CREATE INDEX "github_access_full_name_idx" ON "github_access"("full_name");

ALTER TABLE "github_access" ADD CONSTRAINT "github_access_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Webhooks that came, each once; what was done about one is in the same transaction as that it is done.
CREATE TABLE "github_delivery" (
    "id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "github_delivery_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "github_delivery_processed_at_received_at_idx" ON "github_delivery"("processed_at", "received_at");

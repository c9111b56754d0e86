-- Tokens that a terminal got by signing in are told from those that a person made for their programs.
ALTER TABLE "api_token" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'terminal';
CREATE INDEX "api_token_user_id_idx" ON "api_token"("user_id");

-- What a person wants new sessions to start with.
ALTER TABLE "user" ADD COLUMN "preferences" JSONB NOT NULL DEFAULT '{}';

-- What people say may carry files, and a session may say how hard the model thinks.
ALTER TABLE "prompt" ADD COLUMN "attachments" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "session" ADD COLUMN "effort" TEXT;

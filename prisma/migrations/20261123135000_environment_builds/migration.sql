-- AlterTable
ALTER TABLE "repository" ADD COLUMN     "environment" TEXT,
ADD COLUMN     "prebuild_by" TEXT,
ADD COLUMN     "prebuild_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "prebuild_minutes" INTEGER;

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "is_builder" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "environment_build" (
    "id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "commit" TEXT,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'building',
    "reason" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "environment_build_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "environment_build_repository_id_started_at_idx" ON "environment_build"("repository_id", "started_at");

-- CreateIndex
CREATE INDEX "environment_build_state_started_at_idx" ON "environment_build"("state", "started_at");

-- CreateIndex
CREATE INDEX "repository_prebuild_due_at_idx" ON "repository"("prebuild_due_at");

-- AddForeignKey
ALTER TABLE "environment_build" ADD CONSTRAINT "environment_build_id_fkey" FOREIGN KEY ("id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment_build" ADD CONSTRAINT "environment_build_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repository"("id") ON DELETE CASCADE ON UPDATE CASCADE;

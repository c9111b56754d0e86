-- Part of the name of a team's channel: it is renamed when somebody leaves the team.
ALTER TABLE "team" ADD COLUMN "access_version" INTEGER NOT NULL DEFAULT 1;

-- When somebody last typed for the session, which is not to sleep meanwhile.
ALTER TABLE "session" ADD COLUMN "touched_at" TIMESTAMPTZ(3);

-- Who is in a session now, as the realtime server tells; for lists.
CREATE TABLE "session_presence" (
    "session_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "clients" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "is_here" BOOLEAN NOT NULL DEFAULT false,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_presence_pkey" PRIMARY KEY ("session_id","user_id")
);
ALTER TABLE "session_presence" ADD CONSTRAINT "session_presence_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_presence" ADD CONSTRAINT "session_presence_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who was in a team, so that they are told whom to ask instead of that nothing is there.
CREATE TABLE "removed_member" (
    "team_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "removed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "removed_member_pkey" PRIMARY KEY ("team_id","user_id")
);
ALTER TABLE "removed_member" ADD CONSTRAINT "removed_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "removed_member" ADD CONSTRAINT "removed_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

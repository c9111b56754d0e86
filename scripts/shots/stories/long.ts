import { seedLongLog } from '@/testing/seed-long-log';
import type { Setting } from '../scenes/scene';
import { PlayedSession } from '../stage/played-session';

/** A session whose log has this many events: many turns, all over. */
export async function longSession(setting: Setting, total = 10_000): Promise<PlayedSession> {
  const session = await PlayedSession.open(setting);
  await seedLongLog(setting.stage.deps.db, { sessionId: session.id, total });
  return session;
}

import type { UserId } from '@/domain/ids';
import { NO_PREFERENCES, Preferences } from '@/domain/preferences';
import type { Db } from './client';

/** What a person prefers; what an older or newer version stored and this one can't read counts as no preference. */
export async function findPreferences(db: Db, userId: UserId): Promise<Preferences> {
  const row = await db.user.findUnique({ where: { id: userId }, select: { preferences: true } });
  const parsed = Preferences.safeParse(row?.preferences);
  return parsed.success ? parsed.data : NO_PREFERENCES;
}

export async function savePreferences(db: Db, userId: UserId, preferences: Preferences): Promise<void> {
  await db.user.update({ where: { id: userId }, data: { preferences } });
}

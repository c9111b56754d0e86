import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import type { ApiClient } from './api-client';
import { visibleLine } from './print/visible-text';
import { shortId } from './print/words';

/** The session that an id, or an unambiguous beginning of one, names. */
export async function findSession(api: ApiClient, given: string): Promise<SessionId> {
  const whole = SessionId.safeParse(given);
  if (whole.success) return whole.data;
  const prefix = given.toLowerCase();
  if (!/^[0-9a-f-]{1,36}$/.test(prefix)) {
    throw new AppError(
      'bad_input',
      `“${visibleLine(given, 60)}” is no session's id. Run dispatch ls to see them.`,
    );
  }
  const sessions = await api.call((client) => client.sessions.list.query());
  const matches = sessions.filter(({ id }) => id.startsWith(prefix));
  const [only] = matches;
  if (!only) throw new AppError('not_found', `There is no session ${prefix}.`);
  if (matches.length > 1) {
    const names = matches
      .slice(0, 5)
      .map(({ id, title }) => `${id.slice(0, 13)} (${visibleLine(title, 40)})`);
    throw new AppError(
      'bad_input',
      `${shortId(prefix)} names ${matches.length} sessions: ${names.join(', ')}.`,
    );
  }
  return only.id;
}

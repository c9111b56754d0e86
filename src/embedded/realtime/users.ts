import { z } from 'zod';
import type { Connection, SignedInUser } from './connection';
import { CODES, hashOf, parseJson, systemFrame } from './frames';
import type { RealtimeLimits } from './limits';
import { type Credentials, refuseClientAuth } from './signatures';

const signInRequest = z.object({ auth: z.string(), user_data: z.string() });

/** Who is signed in on which connections, and who watches whom come and go. */
export class Users {
  readonly #connections = new Map<string, Set<Connection>>();
  readonly #watchers = new Map<string, Set<Connection>>();

  connectionsOf(userId: string): Connection[] {
    return [...(this.#connections.get(userId) ?? [])];
  }

  signIn(connection: Connection, user: SignedInUser): void {
    this.#unwatch(connection);
    const isFirst = !this.#connections.has(user.id);
    connection.user = user;
    addTo(this.#connections, user.id, connection);
    if (isFirst) this.#tellWatchers('online', user.id);
    for (const watched of user.watchlist) addTo(this.#watchers, watched, connection);
    this.#tellStatuses(connection, user.watchlist);
  }

  signOut(connection: Connection): void {
    const { user } = connection;
    if (user === null) return;
    this.#unwatch(connection);
    connection.user = null;
    if (removeFrom(this.#connections, user.id, connection)) this.#tellWatchers('offline', user.id);
  }

  #unwatch(connection: Connection): void {
    for (const watched of connection.user?.watchlist ?? []) removeFrom(this.#watchers, watched, connection);
  }

  #tellWatchers(name: 'online' | 'offline', userId: string): void {
    const frame = watchlistFrame([{ name, user_ids: [userId] }]);
    for (const watcher of this.#watchers.get(userId) ?? []) watcher.send(frame);
  }

  #tellStatuses(connection: Connection, watchlist: readonly string[]): void {
    const online = watchlist.filter((id) => this.#connections.has(id));
    const offline = watchlist.filter((id) => !this.#connections.has(id));
    const events = [
      { name: 'online', user_ids: online },
      { name: 'offline', user_ids: offline },
    ].filter((event) => event.user_ids.length > 0);
    if (events.length > 0) connection.send(watchlistFrame(events));
  }
}

/** Handles `pusher:signin`: checks the app's signature over `user_data` and answers the client. */
export function signIn(
  app: { credentials: Credentials; limits: RealtimeLimits; users: Users },
  connection: Connection,
  data: unknown,
): void {
  const request = signInRequest.safeParse(hashOf(data)).data;
  if (request === undefined) {
    connection.refuse(null, 'pusher:signin needs data with auth and user_data, both strings');
    return;
  }
  const signed = `${connection.socketId}::user::${request.user_data}`;
  const refusal = refuseClientAuth(app.credentials, request.auth, signed);
  if (refusal !== null) {
    connection.refuse(CODES.unauthorized, refusal);
    return;
  }
  const user = parseUser(request.user_data, app.limits);
  if (user === null) {
    connection.refuse(
      CODES.unauthorized,
      `Invalid user_data: it needs a string id of 1 to ${app.limits.userIdChars} characters and at most ` +
        `${app.limits.watchlistUsers} ids in its watchlist`,
    );
    return;
  }
  if (connection.user !== null && connection.user.id !== user.id) {
    connection.refuse(CODES.unauthorized, 'Connection is already signed in as another user');
    return;
  }
  connection.send(systemFrame('pusher:signin_success', { user_data: request.user_data }));
  app.users.signIn(connection, user);
}

function parseUser(userData: string, limits: RealtimeLimits): SignedInUser | null {
  const schema = z.object({
    id: z.string().min(1).max(limits.userIdChars),
    user_info: z.unknown().optional(),
    watchlist: z.array(z.string()).max(limits.watchlistUsers).nullish(),
  });
  const user = schema.safeParse(parseJson(userData)).data;
  if (user === undefined) return null;
  return { id: user.id, info: user.user_info, watchlist: [...new Set(user.watchlist ?? [])] };
}

function watchlistFrame(events: object[]): string {
  return systemFrame('pusher_internal:watchlist_events', { events });
}

function addTo(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([connection]));
  else known.add(connection);
}

/** True when that was the last connection under the key. */
function removeFrom(index: Map<string, Set<Connection>>, key: string, connection: Connection): boolean {
  const known = index.get(key);
  if (known === undefined) return false;
  known.delete(connection);
  if (known.size > 0) return false;
  index.delete(key);
  return true;
}

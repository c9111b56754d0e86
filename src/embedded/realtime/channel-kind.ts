/** What a channel's name says about it: who may subscribe, and whether its last event is remembered. */
export interface ChannelKind {
  /** `user` is the server-to-user channel that a signed-in connection alone may join. */
  access: 'public' | 'private' | 'presence' | 'user';
  isCache: boolean;
}

const PLAIN_NAME = /^[A-Za-z0-9_\-=@,.;]+$/;
const CACHE_NAME = /^(private-encrypted-|private-|presence-)?cache-/;
const USER_PREFIX = '#server-to-user-';

/** The kind of a channel, or `null` when its name is not one that Pusher accepts. */
export function channelKind(name: string, maxChars: number): ChannelKind | null {
  if (name.length > maxChars) return null;
  if (name.startsWith(USER_PREFIX) && name.length > USER_PREFIX.length) {
    return { access: 'user', isCache: false };
  }
  if (!PLAIN_NAME.test(name)) return null;
  const isCache = CACHE_NAME.test(name);
  if (name.startsWith('private-')) return { access: 'private', isCache };
  if (name.startsWith('presence-')) return { access: 'presence', isCache };
  return { access: 'public', isCache };
}

/** The server-to-user channel of a user, which the official client joins by itself after signing in. */
export function userChannelName(userId: string): string {
  return USER_PREFIX + userId;
}

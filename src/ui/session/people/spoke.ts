import type { ClientKind } from '@/domain/events/actor';
import type { TimelineItem } from '@/domain/timeline/items';

/** Somebody who said something in a session. */
export interface Speaker {
  userId: string;
  name: string;
  /** From where, each once, the newest first. */
  clients: ClientKind[];
  said: number;
  /** When they last said something; ISO 8601. */
  lastAt: string;
}

/** Who prompted or steered, by what is here of the log: the one who spoke last comes first. */
export function speakersOf(items: readonly TimelineItem[]): Speaker[] {
  const speakers = new Map<string, Speaker>();
  for (const item of items) {
    if ((item.type !== 'prompt' && item.type !== 'steer') || item.author?.type !== 'user') continue;
    const { userId, name, via } = item.author;
    const known = speakers.get(userId);
    const clients = [via, ...(known?.clients ?? []).filter((client) => client !== via)];
    const said = (known?.said ?? 0) + 1;
    speakers.set(userId, { userId, name, clients, said, lastAt: laterOf(known?.lastAt, item.at) });
  }
  return [...speakers.values()].sort((a, b) => b.lastAt.localeCompare(a.lastAt));
}

function laterOf(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

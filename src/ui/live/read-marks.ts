import { z } from 'zod';
import { SessionId } from '@/domain/ids';

/** Up to which event the person has read a session. */
const ReadMark = z.object({ sessionId: SessionId, seq: z.number().int().nonnegative() });
export type ReadMark = z.infer<typeof ReadMark>;

const listeners = new Set<(mark: ReadMark) => void>();
let others: BroadcastChannel | null = null;

/** The tabs of one browser tell each other; on another device a list learns it when it is read again. */
function channel(): BroadcastChannel | null {
  if (others === null && typeof BroadcastChannel !== 'undefined') {
    others = new BroadcastChannel('dispatch:read');
    others.onmessage = ({ data }) => {
      const mark = ReadMark.safeParse(data).data;
      if (mark) hear(mark);
    };
  }
  return others;
}

function hear(mark: ReadMark): void {
  for (const listener of [...listeners]) listener(mark);
}

/** Tells this tab and the browser's others that a session was read up to an event. */
export function tellRead(mark: ReadMark): void {
  hear(mark);
  channel()?.postMessage(mark);
}

/** Hears of what was read, in whichever tab. */
export function onRead(listener: (mark: ReadMark) => void): () => void {
  channel();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

import type { SyncState } from '@/domain/sync/sync-state';
import type { MarkShape, MarkTone } from '../../kit/mark';

interface Words {
  words: string;
  shape: MarkShape;
  tone: MarkTone;
  /** Whether asking again now may help. */
  canRetry: boolean;
}

/** A subscription usually takes less than this; until then there is nothing to worry anybody with. */
const CONNECTING_MS = 5_000;

/** What a stream's state means for somebody who reads it. `clock` words a time of the browser's clock. */
export function connectionWords(
  state: SyncState,
  { nowMs, clock }: { nowMs: number; clock: (atMs: number) => string },
): Words {
  switch (state.kind) {
    case 'live':
      return { words: 'live', shape: 'dot', tone: 'ok', canRetry: false };
    case 'catching-up':
      return {
        words: state.behind > 0 ? `catching up, ${state.behind} to go` : 'catching up',
        ...{ shape: 'half', tone: 'muted', canRetry: false },
      };
    case 'polling':
      if (nowMs - state.sinceMs < CONNECTING_MS) {
        return { words: 'connecting', shape: 'half', tone: 'muted', canRetry: false };
      }
      return {
        words: `no live connection since ${clock(state.sinceMs)}: what is new shows some seconds late`,
        ...{ shape: 'half', tone: 'ask', canRetry: true },
      };
    case 'offline':
      return {
        words: `offline since ${clock(state.sinceMs)}: what is here stays readable`,
        ...{ shape: 'cross', tone: 'danger', canRetry: true },
      };
    case 'refused':
      return { words: state.message, shape: 'alert', tone: 'danger', canRetry: true };
  }
}

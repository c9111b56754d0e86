import { useEffect } from 'react';
import type { SessionStatus, StatusKind } from '@/domain/session/session-status';

const SIGNS = {
  needs_you: '! ',
  starting: '◐ ',
  working: '● ',
  stopping: '◐ ',
  waiting: '',
  idle: '',
  archived: '',
} satisfies Record<StatusKind, string>;

/** The tab says which session it holds and whether something is going on in it. */
export function useScreenTitle(title: string, { kind }: SessionStatus): void {
  useEffect(() => {
    document.title = `${SIGNS[kind]}${title} · Dispatch`;
  }, [title, kind]);
}

import type { SessionStatus, StatusKind } from '@/domain/session/session-status';
import { Mark, type MarkShape, type MarkTone } from '../kit/mark';

const MARKS = {
  needs_you: { shape: 'alert', tone: 'ask' },
  starting: { shape: 'half', tone: 'live', isMoving: true },
  working: { shape: 'dot', tone: 'live', isMoving: true },
  stopping: { shape: 'half', tone: 'muted', isMoving: true },
  waiting: { shape: 'ring', tone: 'muted' },
  idle: { shape: 'ring', tone: 'muted' },
  archived: { shape: 'dash', tone: 'muted' },
} satisfies Record<StatusKind, { shape: MarkShape; tone: MarkTone; isMoving?: boolean }>;

/** The sign of what a session is doing; its words stand beside it. */
export function StatusMark({ status }: { status: SessionStatus }) {
  return <Mark {...MARKS[status.kind]} />;
}

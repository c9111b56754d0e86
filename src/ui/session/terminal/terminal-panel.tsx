'use client';

import { isAgentReachable } from '@/domain/session/state';
import type { PanelProps } from '../layout/side-panel';
import { AsleepNotice } from '../sandbox/asleep-notice';
import { TerminalScreen } from './terminal-screen';

/** The shell of the sandbox that everybody attached sees. */
export function TerminalPanel({ sessionId, view: { session } }: PanelProps) {
  if (!isAgentReachable(session)) {
    return <AsleepNotice {...{ sessionId, session }} missing="A terminal needs one." />;
  }
  // Of another life is another terminal.
  return <TerminalScreen key={session.sandbox.epoch} sessionId={sessionId} />;
}

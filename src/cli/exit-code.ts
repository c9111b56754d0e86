import { AppError, type ErrorCode } from '@/domain/errors';
import type { Outcome } from '@/domain/events/session-event';
import { UnreachableError } from './unreachable-error';

/** The exit codes of every command. They are stable: scripts depend on them. */
export const EXIT = {
  ok: 0,
  /** Something went wrong that has no code of its own. */
  failed: 1,
  /** The command line or what was given is wrong. */
  usage: 2,
  unauthenticated: 3,
  forbidden: 4,
  notFound: 5,
  /** Refused as things stand: nothing runs, the tree is dirty, too many changes at once. */
  conflict: 6,
  /** The server, the sandbox, the model or the storage is away. Trying again may help. */
  unavailable: 7,
  turnFailed: 10,
  turnStopped: 11,
  turnInterrupted: 12,
  /** Ctrl-C: detached, and nothing was stopped by it. */
  detached: 130,
} as const;

interface CliError {
  exitCode: number;
  /** What to do, after the sentence that says what happened; empty where that says it already. */
  next: string;
}

const BY_CODE = {
  bad_input: { exitCode: EXIT.usage, next: '' },
  unauthenticated: { exitCode: EXIT.unauthenticated, next: 'Run: dispatch login' },
  forbidden: { exitCode: EXIT.forbidden, next: 'Ask a member of the team for access.' },
  not_found: { exitCode: EXIT.notFound, next: 'Run dispatch ls to see what there is.' },
  conflict: { exitCode: EXIT.conflict, next: '' },
  too_large: { exitCode: EXIT.usage, next: '' },
  rate_limited: { exitCode: EXIT.unavailable, next: 'Wait a minute and try again.' },
  epoch_over: { exitCode: EXIT.conflict, next: 'Try again.' },
  repository_not_found: { exitCode: EXIT.notFound, next: 'Check the address, or name another with --repo.' },
  repository_forbidden: {
    exitCode: EXIT.forbidden,
    next: 'Give Dispatch access to it, or name another with --repo.',
  },
  repository_empty: { exitCode: EXIT.usage, next: 'Make a first commit in it, then try again.' },
  branch_not_found: { exitCode: EXIT.notFound, next: 'Name another with --branch.' },
  sandbox_unavailable: { exitCode: EXIT.unavailable, next: 'Try again in a while.' },
  model_unavailable: { exitCode: EXIT.unavailable, next: 'Try again in a while.' },
  storage_unavailable: { exitCode: EXIT.unavailable, next: 'Try again in a while.' },
  client_too_old: { exitCode: EXIT.usage, next: 'Install the newest dispatch.' },
  internal: { exitCode: EXIT.failed, next: '' },
} as const satisfies Record<ErrorCode, CliError>;

const BY_OUTCOME = {
  completed: EXIT.ok,
  failed: EXIT.turnFailed,
  stopped: EXIT.turnStopped,
  interrupted: EXIT.turnInterrupted,
} as const satisfies Record<Outcome, number>;

/** What a command exits with once the turn that it waited for has ended. */
export function exitCodeOfOutcome(outcome: Outcome): number {
  return BY_OUTCOME[outcome];
}

/** A failure in one line, with what to do next, and the code to exit with. */
export function explainFailure(error: unknown): { code: string; message: string; exitCode: number } {
  if (error instanceof AppError) {
    const { exitCode, next } = BY_CODE[error.code];
    return { code: error.code, message: oneLine(`${error.message} ${next}`), exitCode };
  }
  if (error instanceof UnreachableError) {
    const message = `${error.message} Check that it runs, or name another: DISPATCH_SERVER=https://…`;
    return { code: 'unreachable', message: oneLine(message), exitCode: EXIT.unavailable };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: oneLine(message), exitCode: EXIT.failed };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

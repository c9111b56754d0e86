import { WebSocket } from 'ws';
import { AppError } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import {
  type Connection,
  TerminalLink,
  type TerminalSocket,
  type TerminalState,
} from '@/domain/terminal/terminal-link';
import type { ApiClient } from '../api-client';
import { EXIT, explainFailure } from '../exit-code';
import { findSession } from '../find-session';
import { SafeOutput } from '../print/safe-output';
import { visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Ctrl-]: what follows is for this command and not for the shell, as in telnet. */
const PREFIX = '\u001d';
const HELP = 'Ctrl-] then q leaves, t takes the keyboard, l lets it go';

/**
 * Attaches this terminal to the shell of a session's sandbox, which everybody attached sees, until Ctrl-] q. With
 * `isReadOnly` nothing is typed there. Errors: `bad_input` where there is no terminal to attach, and those of the server.
 */
export async function shell(
  terminal: Terminal,
  id: string,
  { isReadOnly }: { isReadOnly: boolean },
): Promise<CommandResult> {
  if (!process.stdout.isTTY || (!isReadOnly && !process.stdin.isTTY)) {
    throw new AppError(
      'bad_input',
      'A shell needs a terminal. In a script, ask the agent with dispatch send.',
    );
  }
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  // Whether there is a sandbox, and a right to it, is said before anything is taken over.
  await visit(api, sessionId);
  terminal.err(`${HELP}.\n`);
  const isInput = process.stdin.isTTY;
  if (isInput) process.stdin.setRawMode(true);
  try {
    await attached(terminal, { api, sessionId, isReadOnly });
  } finally {
    if (isInput) process.stdin.setRawMode(false);
    process.stdin.pause();
    terminal.err('\r\nLeft the shell; it goes on.\n');
  }
  return { exitCode: EXIT.ok, json: { sessionId } };
}

const visit = (api: ApiClient, sessionId: SessionId) =>
  api.call((client) => client.ports.terminal.mutate({ sessionId }));

/** Resolves when the person leaves. */
function attached(
  { err }: Terminal,
  { api, sessionId, isReadOnly }: { api: ApiClient; sessionId: SessionId; isReadOnly: boolean },
): Promise<void> {
  let safe = new SafeOutput();
  let state: TerminalState | null = null;
  const note = (text: string): void => err(`\r\n[${text}]\r\n`);
  const tellSize = (): void => link.resize({ cols: process.stdout.columns, rows: process.stdout.rows });
  const link = new TerminalLink({
    // The library's socket has what a browser's has.
    open: (url) => new WebSocket(url) as unknown as TerminalSocket,
    visit: () => visit(api, sessionId),
    onOpen: () => {
      // All that is kept follows, so what is on the screen would be there twice.
      process.stdout.write('\u001bc');
      safe = new SafeOutput();
    },
    onOutput: (bytes) => void process.stdout.write(safe.pass(bytes)),
    onState: (told) => {
      const words = changeOf(state, told);
      const isFirst = state === null;
      if (told.driver?.isYou && !state?.driver?.isYou) tellSize();
      state = told;
      if (words !== null) note(words);
      if (isFirst && !isReadOnly && told.driver === null) link.say({ type: 'drive' });
    },
    onConnection: (connection: Connection) => {
      if (connection.type === 'waiting') note(`${connection.why} Trying again…`);
    },
    wordsOf: (error) => explainFailure(error).message,
  });
  process.stdout.on('resize', tellSize);
  return new Promise<void>((resolve) => {
    const onInput = reader({ link, isReadOnly, leave: resolve });
    process.stdin.setEncoding('utf8').on('data', onInput);
    process.once('SIGTERM', resolve);
    process.once('SIGHUP', resolve);
  }).finally(() => {
    process.stdout.off('resize', tellSize);
    process.stdin.removeAllListeners('data');
    link.close();
  });
}

/** Takes what is typed: for the shell, or after the prefix for this command. */
function reader(to: { link: TerminalLink; isReadOnly: boolean; leave: () => void }): (text: string) => void {
  const { link, isReadOnly, leave } = to;
  let isPrefixed = false;
  const commands: Readonly<Record<string, () => void>> = {
    q: leave,
    t: () => link.say({ type: 'drive' }),
    l: () => link.say({ type: 'release' }),
    n: () => link.say({ type: 'restart' }),
    [PREFIX]: () => link.type(PREFIX),
  };
  return (text) => {
    let typed = '';
    for (const key of text) {
      if (isPrefixed) {
        isPrefixed = false;
        if (key === 'q' || !isReadOnly) commands[key]?.();
      } else if (key === PREFIX) isPrefixed = true;
      else typed += key;
    }
    if (typed !== '' && !isReadOnly) link.type(typed);
  };
}

/** What somebody should know of how things changed; null for nothing. */
function changeOf(before: TerminalState | null, now: TerminalState): string | null {
  if (before !== null && before.isRunning && !now.isRunning) return 'Ctrl-] then n begins another shell';
  if (!now.mayDrive && before?.mayDrive !== false) return 'You may look on';
  const { driver } = now;
  if (!driver || driver.isYou || driver.userId === before?.driver?.userId) return null;
  return `${visibleLine(driver.name, 60)} has the keyboard; Ctrl-] then t takes it over`;
}

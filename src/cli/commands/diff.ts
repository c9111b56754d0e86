import { AppError } from '@/domain/errors';
import type { SessionId, TurnId } from '@/domain/ids';
import type { ApiClient } from '../api-client';
import { findSession } from '../find-session';
import { page } from '../pager';
import { visible, visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import { readDiff } from '../read-diff';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

const STATUS_LETTERS = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' } as const;

export interface DiffOptions {
  stat?: boolean;
  /** One turn's change alone: its number from 1, `last`, or its id. */
  turn?: string;
}

/** The session's change as a patch that git can apply, or as a list of files. */
export async function diff(
  terminal: Terminal,
  id: string,
  { stat = false, turn }: DiffOptions,
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const turnId = turn === undefined ? null : await findTurn(api, sessionId, turn);
  const { diff: change, patch } = await readDiff(api, sessionId, turnId);
  if (change.files.length === 0) terminal.err(`${shortId(sessionId)} has changed nothing yet.\n`);
  if (stat) {
    if (!terminal.isJson) for (const file of change.files) terminal.out(`${statLine(file)}\n`);
    return { json: { sessionId, ...change } };
  }
  const text = await patch();
  if (terminal.isJson) return { json: { sessionId, ...change, patch: text } };
  // A pipe gets every byte, since git has to apply it; a terminal gets what it may safely show.
  if (terminal.show.isLive) await page(terminal, visible(text));
  else await terminal.outSlowly(text);
  return {};
}

async function findTurn(api: ApiClient, sessionId: SessionId, wanted: string): Promise<TurnId> {
  const turns = await api.insist((client) => client.diff.turns.query({ sessionId }));
  const byNumber = /^\d{1,4}$/.test(wanted) ? turns[Number(wanted) - 1] : undefined;
  const found =
    wanted === 'last' ? turns.at(-1) : (byNumber ?? turns.find(({ turnId }) => turnId === wanted));
  if (found) return found.turnId;
  const list = turns.map(({ prompt }, at) => `${at + 1} “${visibleLine(prompt, 40)}”`);
  throw new AppError(
    'bad_input',
    list.length === 0
      ? `No turn of ${shortId(sessionId)} has changed a file yet.`
      : `No turn “${visibleLine(wanted, 40)}” changed a file. Those that did: ${list.slice(-8).join(', ')}.`,
  );
}

function statLine(file: {
  status: keyof typeof STATUS_LETTERS;
  path: string;
  additions: number;
  deletions: number;
  binary: boolean;
}): string {
  const counts = file.binary ? 'binary' : `+${file.additions} −${file.deletions}`;
  return `${STATUS_LETTERS[file.status]}  ${counts.padEnd(14)}  ${visibleLine(file.path, 500)}`;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { SessionState } from '@/domain/session/state';
import type { ApiClient } from '../api-client';
import { visibleLine } from '../print/visible-text';
import { PHASE_WORDS, shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

const WATCH_MS = 3_000;

/** The newest sessions, one a line: id, what it is doing, title, repository, age. */
export async function ls(
  terminal: Terminal,
  { all = false, watch = false }: { all?: boolean; watch?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  if (watch) return watchList(terminal, () => listSessions(api, all));
  const shown = await listSessions(api, all);
  if (!terminal.isJson) for (const session of shown) terminal.out(`${row(session)}\n`);
  if (shown.length === 0) terminal.err('No sessions yet. Start one: dispatch run "what should be done"\n');
  return { json: { sessions: shown } };
}

type Listed = Awaited<ReturnType<typeof listSessions>>[number];

async function listSessions(api: ApiClient, all: boolean) {
  const sessions = await api.insist((client) => client.sessions.list.query());
  return sessions.filter(({ isArchived }) => all || !isArchived);
}

function row({ id, title, repository, state, updatedAt }: Listed): string {
  return [
    shortId(id),
    doing(state).padEnd(22),
    visibleLine(title, 40).padEnd(40),
    visibleLine(repository.name, 24),
    age(updatedAt),
  ].join('  ');
}

/** A terminal shows the list anew in its place; a pipe gets a line for each session that changed. */
async function watchList(terminal: Terminal, list: () => Promise<Listed[]>): Promise<CommandResult> {
  const signal = terminal.interrupted();
  const told = new Map<string, string>();
  while (!signal.aborted) {
    const sessions = await list();
    const rows = sessions.map((session) => ({ session, line: row(session) }));
    const changed = rows.filter(({ session, line }) => told.get(session.id) !== line);
    for (const { session, line } of changed) told.set(session.id, line);
    if (terminal.isJson) {
      for (const { session } of changed) await terminal.outSlowly(`${JSON.stringify(session)}\n`);
    } else if (terminal.show.isLive && changed.length > 0) {
      const lines = rows
        .slice(0, terminal.size().rows - 2)
        .map(({ line }) => line.slice(0, terminal.size().columns));
      terminal.out(`\u001b[H\u001b[2J${lines.join('\n')}\nCtrl-C ends\n`);
    } else if (!terminal.show.isLive) {
      for (const { line } of changed) await terminal.outSlowly(`${line}\n`);
    }
    await pause(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  return {};
}

/** What a session is doing, in a few words; the mark and the words say the same. */
export function doing({ isArchived, running, queue, sandbox, retryable }: SessionState): string {
  if (isArchived) return '– archived';
  if (running?.isStopRequested === true) return '■ stopping';
  if (running) return running.isDelivered ? `● working${waiting(queue.length)}` : '● starting';
  if (sandbox.phase === 'failed') return '! sandbox failed';
  if (sandbox.phase === 'lost') return `! ${PHASE_WORDS.lost.replace('the ', '')}`;
  return retryable.length > 0 ? '○ idle, can retry' : '○ idle';
}

function waiting(count: number): string {
  return count === 0 ? '' : `, ${count} wait`;
}

function age(at: Date): string {
  const minutes = Math.max(0, Math.round((Date.now() - at.getTime()) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / 1_440)}d`;
}

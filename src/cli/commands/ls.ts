import type { SessionState } from '@/domain/session/state';
import { visibleLine } from '../print/visible-text';
import { PHASE_WORDS, shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** The newest sessions, one a line: id, what it is doing, title, repository, age. */
export async function ls(terminal: Terminal, { all = false }: { all?: boolean }): Promise<CommandResult> {
  const api = connect(terminal);
  const sessions = await api.insist((client) => client.sessions.list.query());
  const shown = sessions.filter(({ isArchived }) => all || !isArchived);
  if (!terminal.isJson) {
    for (const { id, title, repository, state, updatedAt } of shown) {
      const columns = [
        shortId(id),
        doing(state).padEnd(22),
        visibleLine(title, 40).padEnd(40),
        visibleLine(repository.name, 24),
        age(updatedAt),
      ];
      terminal.out(`${columns.join('  ')}\n`);
    }
    if (shown.length === 0) terminal.err('No sessions yet. Start one: dispatch run "what should be done"\n');
  }
  return { json: { sessions: shown } };
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

import { AppError } from '@/domain/errors';
import { type LoggedEvent, parseLoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import { digestOf } from '@/domain/timeline/digest';
import { REDUCER_VERSION } from '@/domain/timeline/timeline';
import type { ApiClient } from '../api-client';
import { EXIT } from '../exit-code';
import { findSession } from '../find-session';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** A digest is taken over this many events at a time, on both sides. */
const RANGE = 2_000;

/**
 * Reads a session's whole log and checks it: numbers without a gap, the same timeline here as on the server, and what
 * the server stores beside the log as the log says. Any difference is told, and is the exit code 1.
 */
export async function verify(terminal: Terminal, id: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const stored = await api.insist((client) => client.sessions.verify.query({ sessionId }));
  const read = await compareRanges(api, sessionId, stored.head);
  const differences = [...stored.differences, ...read.differences];
  if (!terminal.isJson) {
    const checked = `${stored.head} events, ${stored.prompts} prompts, ${read.ranges} digests`;
    const found = differences.length === 0 ? ['as the log says, here and on the server'] : differences;
    terminal.out(`${checked}: ${found.join('\n')}\n`);
  }
  const exitCode = differences.length === 0 ? EXIT.ok : EXIT.failed;
  const { head, prompts } = stored;
  return { exitCode, json: { sessionId, head, prompts, digests: read.ranges, differences } };
}

async function compareRanges(
  api: ApiClient,
  sessionId: SessionId,
  head: number,
): Promise<{ ranges: number; differences: string[] }> {
  const differences: string[] = [];
  let ranges = 0;
  for (let fromSeq = 1; fromSeq <= head; fromSeq += RANGE) {
    const range = { fromSeq, toSeq: Math.min(head, fromSeq + RANGE - 1) };
    const mine = await readRange(api, sessionId, range);
    const theirs = await api.insist((client) => client.events.digest.query({ sessionId, ...range }));
    if (theirs.reducerVersion !== REDUCER_VERSION) {
      throw new AppError('client_too_old', 'The server reads logs in another version than this dispatch.');
    }
    ranges += 1;
    const isWhole = mine.every(({ seq }, at) => seq === fromSeq + at) && mine.at(-1)?.seq === range.toSeq;
    if (!isWhole) differences.push(`Events ${range.fromSeq} to ${range.toSeq} did not all come.`);
    else if ((await digestOf(mine)) !== theirs.digest) {
      differences.push(
        `Events ${range.fromSeq} to ${range.toSeq} make another timeline here than on the server.`,
      );
    }
  }
  return { ranges, differences };
}

async function readRange(
  api: ApiClient,
  sessionId: SessionId,
  { fromSeq, toSeq }: { fromSeq: number; toSeq: number },
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  while (fromSeq + events.length <= toSeq) {
    const after = fromSeq - 1 + events.length;
    const limit = Math.min(1_000, toSeq - after);
    const page = await api.insist((client) => client.events.after.query({ sessionId, after, limit }));
    if (page.events.length === 0) break;
    events.push(...page.events.map(parseLoggedEvent));
  }
  return events;
}

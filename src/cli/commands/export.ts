import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ApiClient } from '../api-client';
import { findSession } from '../find-session';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import type { SessionId } from '@/domain/ids';

const PAGE_EVENTS = 1_000;

/** A session as one JSON document: what it is, and every event of its log. A file that is there already is left alone. */
export async function exportSession(
  terminal: Terminal,
  id: string,
  { out }: { out?: string },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const path = out === undefined ? null : resolve(terminal.cwd, out);
  const file = path === null ? null : await open(path, 'wx', 0o600);
  try {
    const events = await writeDocument(api, sessionId, writerTo(terminal, file));
    if (path !== null) terminal.err(`${events} events of ${shortId(sessionId)} are in ${path}\n`);
    return { json: { sessionId, events, path } };
  } finally {
    await file?.close();
  }
}

type Write = (text: string) => Promise<void>;

function writerTo({ isJson, outSlowly }: Terminal, file: FileHandle | null): Write {
  if (file)
    return async (text) => {
      await file.write(text);
    };
  // The last line is the result then, so the document takes one line as well.
  return isJson
    ? (text) => outSlowly(text.replaceAll('\n', '') + (text.endsWith(']}\n') ? '\n' : ''))
    : outSlowly;
}

async function writeDocument(api: ApiClient, sessionId: SessionId, write: Write): Promise<number> {
  const { session } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  await write(`{"format":"dispatch-session","version":1,"session":${JSON.stringify(session)},"events":[\n`);
  let after = 0;
  for (;;) {
    const request = { sessionId, after, limit: PAGE_EVENTS };
    const page = await api.insist((client) => client.events.after.query(request));
    const lines = page.events.map((event) => JSON.stringify(event)).join(',\n');
    if (lines !== '') await write(`${after === 0 ? '' : ',\n'}${lines}`);
    after = page.events.at(-1)?.seq ?? page.head;
    if (after >= page.head) break;
  }
  await write('\n]}\n');
  return after;
}

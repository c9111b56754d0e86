import { findSession } from '../find-session';
import { openInBrowser } from '../open-in-browser';
import { visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** What listens in the session's sandbox; with a port, an address that opens it once. */
export async function ports(
  terminal: Terminal,
  { id, port }: { id: string; port: number | undefined },
  { open = false }: { open?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  if (port !== undefined) {
    const { url, expiresAt } = await api.call((client) => client.ports.ticket.mutate({ sessionId, port }));
    if (open && (await openInBrowser(url))) terminal.err('Opened in the browser.\n');
    else if (!terminal.isJson) {
      terminal.out(`${visibleLine(url, 4_000)}\n`);
      terminal.err(`It works once, until ${expiresAt.toLocaleTimeString()}.\n`);
    }
    return { json: { sessionId, port, url, expiresAt } };
  }
  const { ports: found } = await api.insist((client) => client.ports.list.query({ sessionId }));
  if (!terminal.isJson) {
    for (const entry of found) {
      const state = entry.isListening ? '● listening' : '○ nothing listens';
      terminal.out(`${String(entry.port).padStart(5)}  ${state}  ${visibleLine(entry.name ?? '', 60)}\n`);
    }
  }
  if (found.length === 0) terminal.err(`Nothing listens in the sandbox of ${shortId(sessionId)}.\n`);
  return { json: { sessionId, ports: found } };
}

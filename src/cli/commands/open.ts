import { findSession } from '../find-session';
import { openInBrowser } from '../open-in-browser';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Opens a session in the browser; where there is none, on a pipe and with `print`, it only says the address. */
export async function open(
  terminal: Terminal,
  id: string,
  { print = false }: { print?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const url = `${api.server}/s/${sessionId}`;
  if (!terminal.isJson) terminal.out(`${url}\n`);
  const isOpened = !print && terminal.show.isLive && (await openInBrowser(url));
  if (!print && terminal.show.isLive && !isOpened) {
    terminal.err('No browser could be started here. Open the address yourself.\n');
  }
  return { json: { sessionId, url, opened: isOpened } };
}

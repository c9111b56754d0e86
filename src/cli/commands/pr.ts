import { randomUUID } from 'node:crypto';
import { CommandId } from '@/domain/ids';
import { findSession } from '../find-session';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Opens a pull request of a session's work, or brings the one that is open up to date. */
export async function pr(
  terminal: Terminal,
  id: string,
  { title, draft: isDraft = false }: { title?: string; draft?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const commandId = CommandId.parse(randomUUID());
  const draft = await api.insist((client) => client.pullRequests.draft.query({ sessionId }));
  const given = { sessionId, commandId, title: title ?? draft.title, body: draft.body, isDraft };
  const opened = await api.insist((client) => client.pullRequests.open.mutate(given));
  if (!terminal.isJson) {
    const asWhom = opened.openedAs === 'app' ? ' by Dispatch, as GitHub did not take your sign-in' : '';
    terminal.err(
      opened.isKnown ? `#${opened.number} is brought up to date.\n` : `#${opened.number} is open${asWhom}.\n`,
    );
    terminal.out(`${opened.url}\n`);
  }
  return { json: { sessionId, ...opened } };
}

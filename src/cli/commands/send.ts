import { randomUUID } from 'node:crypto';
import { CommandId, PromptId } from '@/domain/ids';
import { findSession } from '../find-session';
import { followPrompt } from '../follow-session';
import { keepingPrompt } from '../kept-prompt';
import { shortId } from '../print/words';
import { readPrompt } from '../read-prompt';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import { uploadFiles } from '../upload-files';

/** Sends a prompt to a session: it runs at once, or after what runs and waits already. */
export async function send(
  terminal: Terminal,
  { id, words }: { id: string; words: readonly string[] },
  { follow = false, attach = [] }: { follow?: boolean; attach?: string[] },
): Promise<CommandResult> {
  const text = await readPrompt(words, terminal);
  const promptId = PromptId.parse(randomUUID());
  const commandId = CommandId.parse(randomUUID());
  const { api, sessionId } = await keepingPrompt(terminal, { promptId, text }, async () => {
    const connected = connect(terminal);
    const found = await findSession(connected, id);
    const attachments = await uploadFiles(terminal, { api: connected, sessionId: found, paths: attach });
    await connected.insist((client) =>
      client.prompts.send.mutate({ sessionId: found, commandId, promptId, text, attachments }),
    );
    return { api: connected, sessionId: found };
  });
  if (follow) return followPrompt(terminal, { api, sessionId, promptId });
  terminal.err(`Sent to ${shortId(sessionId)}. Follow it: dispatch attach ${shortId(sessionId)}\n`);
  return { json: { sessionId, promptId } };
}

import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import { CommandId, PromptId } from '@/domain/ids';
import { findSession } from '../find-session';
import { keepingPrompt } from '../kept-prompt';
import { shortId } from '../print/words';
import { readPrompt } from '../read-prompt';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Says something to the turn that runs, which reads it at its next step; with `interrupt` it stops the turn and goes next. */
export async function steer(
  terminal: Terminal,
  { id, words }: { id: string; words: readonly string[] },
  { interrupt = false }: { interrupt?: boolean },
): Promise<CommandResult> {
  const text = await readPrompt(words, terminal);
  const promptId = PromptId.parse(randomUUID());
  const commandId = CommandId.parse(randomUUID());
  const sessionId = await keepingPrompt(terminal, { promptId, text }, async () => {
    const api = connect(terminal);
    const found = await findSession(api, id);
    const { session } = await api.insist((client) => client.sessions.get.query({ sessionId: found }));
    const turnId = session.state.running?.turnId;
    if (turnId === undefined) {
      throw new AppError(
        'conflict',
        `Nothing runs in ${shortId(found)}. Send it as a prompt: dispatch send.`,
      );
    }
    const said = { sessionId: found, commandId, promptId, turnId, text };
    await api.insist(({ prompts }) =>
      interrupt ? prompts.interrupt.mutate(said) : prompts.steer.mutate(said),
    );
    return found;
  });
  const what = interrupt ? 'Stopping the turn; this runs next' : 'Said to the running turn';
  terminal.err(`${what}. Follow it: dispatch attach ${shortId(sessionId)}\n`);
  return { json: { sessionId, promptId } };
}

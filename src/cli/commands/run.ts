import { randomUUID } from 'node:crypto';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { followPrompt } from '../follow-session';
import { chooseRepository } from '../git/choose-repository';
import { keepingPrompt } from '../kept-prompt';
import { visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import { readPrompt } from '../read-prompt';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

export interface RunOptions {
  repo?: string;
  branch?: string;
  detach?: boolean;
}

/** Starts a session with a prompt and shows it to its end. */
export async function run(
  terminal: Terminal,
  words: readonly string[],
  options: RunOptions,
): Promise<CommandResult> {
  const text = await readPrompt(words, terminal);
  const sessionId = SessionId.parse(randomUUID());
  const promptId = PromptId.parse(randomUUID());
  const commandId = CommandId.parse(randomUUID());
  const { api, session } = await keepingPrompt(terminal, { promptId, text }, async () => {
    const connected = connect(terminal);
    const repository = await chooseRepository(connected, { given: options.repo, cwd: terminal.cwd });
    const created = await connected.insist((client) =>
      client.sessions.create.mutate({
        ...{ sessionId, commandId, repository, prompt: { promptId, text } },
        ...(options.branch === undefined ? {} : { baseBranch: options.branch }),
      }),
    );
    return { api: connected, session: created };
  });
  const url = `${api.server}/s/${sessionId}`;
  const { branch, repository } = session;
  terminal.err(
    `session ${shortId(sessionId)} on ${visibleLine(repository.name)}, branch ${visibleLine(branch)}\n${url}\n`,
  );
  const facts = { sessionId, promptId, branch, repository: repository.name, url };
  if (options.detach === true) {
    terminal.err(`Follow it: dispatch attach ${shortId(sessionId)}\n`);
    return { json: facts };
  }
  const { exitCode, json } = await followPrompt(terminal, { api, sessionId, promptId });
  return { ...(exitCode === undefined ? {} : { exitCode }), json: { ...facts, ...json } };
}

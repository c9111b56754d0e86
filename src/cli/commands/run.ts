import { randomUUID } from 'node:crypto';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { followPrompt } from '../follow-session';
import { chooseRepository } from '../git/choose-repository';
import { chooseModel } from '../choose-model';
import { keepingPrompt } from '../kept-prompt';
import { visibleLine } from '../print/visible-text';
import { OUTCOME_WORDS, shortId } from '../print/words';
import { readPrompt } from '../read-prompt';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import { uploadFiles } from '../upload-files';

export interface RunOptions {
  repo?: string;
  branch?: string;
  model?: string;
  /** Files that go with the prompt, by their paths. */
  attach?: string[];
  detach?: boolean;
  /** Wait for the end, and show nothing before. */
  wait?: boolean;
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
    const modelId = options.model === undefined ? null : await chooseModel(connected, options.model);
    const repository = await chooseRepository(connected, { given: options.repo, cwd: terminal.cwd });
    const attachments = await uploadFiles(terminal, {
      api: connected,
      sessionId,
      paths: options.attach ?? [],
    });
    const created = await connected.insist((client) =>
      client.sessions.create.mutate({
        ...{ sessionId, commandId, repository, prompt: { promptId, text, attachments } },
        ...(options.branch === undefined ? {} : { baseBranch: options.branch }),
        ...(modelId === null ? {} : { modelId }),
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
    // What a script needs to go on, when it asked for nothing else.
    if (terminal.isQuiet && !terminal.isJson) terminal.out(`${sessionId}\n`);
    return { json: facts };
  }
  const shown =
    options.wait === true ? { ...terminal, show: { ...terminal.show, write: () => undefined } } : terminal;
  const { exitCode, json } = await followPrompt(shown, { api, sessionId, promptId });
  if (options.wait === true && json) terminal.err(`${outcomeWords(json['outcome'])}\n`);
  return { ...(exitCode === undefined ? {} : { exitCode }), json: { ...facts, ...json } };
}

function outcomeWords(outcome: unknown): string {
  const known = Object.entries(OUTCOME_WORDS).find(([name]) => name === outcome);
  return known ? known[1] : 'It has not ended yet.';
}

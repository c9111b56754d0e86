import { posix } from 'node:path';

import type { Toolbox, ToolCall, ToolJob } from '../toolbox';

/**
 * The stand-in's work is written as generators: each yields its next step and is handed the output of the
 * step's tool. A request is answered by running the work from its start and handing it the outputs that the
 * conversation already holds, so nothing has to be remembered between requests.
 */
export type Work<Result> = Generator<Step, Result, string>;

export interface Step {
  /** What is said before the call; never empty. */
  text: string;
  call: ToolCall;
}

/** What the work goes by, besides the prompt. */
export interface Desk {
  toolbox: Toolbox;
  /** The agent's working directory, where it is known. */
  directory: string | undefined;
  /** Commands that the repository wants run before a turn ends. */
  standingCommands: readonly string[];
}

/** What became of an instruction. */
export interface Outcome {
  status: 'done' | 'unchanged' | 'refused';
  /** A whole sentence for the summary. */
  sentence: string;
  /** Output worth showing under the sentence. */
  detail?: string;
  /** The command that was run for it. */
  command?: string;
}

export const done = (sentence: string, detail?: string): Outcome =>
  detail === undefined ? { status: 'done', sentence } : { status: 'done', sentence, detail };
export const unchanged = (sentence: string): Outcome => ({ status: 'unchanged', sentence });
export const refused = (sentence: string): Outcome => ({ status: 'refused', sentence });

/** Yields one tool call and returns the tool's output. Throws when the agent offers no tool for the job. */
export function* use(
  desk: Desk,
  job: ToolJob,
  request: { values: Record<string, unknown>; text: string },
): Work<string> {
  return yield { text: request.text, call: desk.toolbox.call(job, request.values) };
}

/** A file of the repository as a tool wants it named: absolute where the working directory is known. */
export const absolutePath = (desk: Desk, file: string): string =>
  desk.directory === undefined ? file : posix.resolve(desk.directory, file);

/** A file as people name it: from the root of the repository. */
export const shownPath = (desk: Desk, file: string): string =>
  desk.directory !== undefined && file.startsWith(`${desk.directory}/`)
    ? file.slice(desk.directory.length + 1)
    : file;

/** Whether a name leads out of the repository. */
export const isOutside = (desk: Desk, file: string): boolean => {
  const root = desk.directory ?? '/repository';
  return !posix.resolve(root, file).startsWith(`${root}/`);
};

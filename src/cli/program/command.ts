import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '@/domain/errors';
import { visibleLine } from '../print/visible-text';

/** What every command takes. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
}

interface CommandWords {
  usage: string;
  description: string;
  /** Command lines without the leading `dispatch`, as somebody would type them. */
  examples: readonly string[];
}

/** Adds a command with what all have: `--json`, `--quiet`, and examples at the end of its help. */
export function command(program: Command, { usage, description, examples }: CommandWords): Command {
  return program
    .command(usage)
    .description(description)
    .option('--json', 'end with one JSON object on standard output; progress goes to standard error')
    .option('-q, --quiet', 'no progress: only results, and what went wrong')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ dispatch ${line}`).join('\n')}`);
}

/** Parses a number that is 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.');
  return Number(text);
}

/** A place in a list, or a port. Errors: `bad_input`. */
export function place(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new AppError('bad_input', `“${visibleLine(text, 40)}” is no whole number from 1 on.`);
  }
  return Number(text);
}

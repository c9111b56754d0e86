import { AppError } from '@/domain/errors';
import type { Terminal } from './terminal';

/** The prompt from the command line, or from standard input when none is there (or `-`). */
export async function readPrompt(
  words: readonly string[],
  { isStdinTty, readStdin }: Pick<Terminal, 'isStdinTty' | 'readStdin'>,
): Promise<string> {
  const isOnStdin = words.length === 0 || (words.length === 1 && words[0] === '-');
  if (!isOnStdin) return words.join(' ');
  if (isStdinTty) {
    throw new AppError(
      'bad_input',
      'Say what should be done: dispatch run "fix the login test", or give it by < file.',
    );
  }
  return (await readStdin()).trimEnd();
}

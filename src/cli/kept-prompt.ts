import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PromptId } from '@/domain/ids';
import type { Terminal } from './terminal';

/**
 * Does what a prompt is needed for; when that fails the prompt is kept in a file, and the person is told where. The
 * failure itself goes on.
 */
export async function keepingPrompt<T>(
  terminal: Pick<Terminal, 'environment' | 'warn'>,
  prompt: { promptId: PromptId; text: string },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (prompt.text.trim() !== '') keepPrompt(terminal, prompt);
    throw error;
  }
}

/** Keeps a prompt in a file that only its owner reads, and says where. */
export function keepPrompt(
  { environment, warn }: Pick<Terminal, 'environment' | 'warn'>,
  { promptId, text }: { promptId: PromptId; text: string },
): void {
  const folder = join(environment.stateFolder, 'prompts');
  const path = join(folder, `${promptId}.txt`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  warn(`Your prompt is kept in ${path}; send it again with < that file.\n`);
}

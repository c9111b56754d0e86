import { execFile } from 'node:child_process';

export interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs git in a folder; a failure is an answer, not an exception. Rejects only when git itself is not there. */
export function runGit(cwd: string, ...words: string[]): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    execFile('git', words, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') {
        reject(new Error(`git could not be run: ${error.message}`, { cause: error }));
        return;
      }
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** The top folder of the checkout that a folder is in; null outside of any. */
export async function checkoutOf(cwd: string): Promise<string | null> {
  const { code, stdout } = await runGit(cwd, 'rev-parse', '--show-toplevel');
  return code === 0 ? stdout.replace(/\n$/, '') : null;
}

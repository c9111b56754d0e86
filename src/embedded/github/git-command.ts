import { spawn } from 'node:child_process';

/** Nothing of the machine's or the user's git settings may change what the emulated GitHub does. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = { ...process.env };
  for (const name of Object.keys(own)) if (name.startsWith('GIT_')) Reflect.deleteProperty(own, name);
  return { ...own, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...extra };
}

interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git in a folder and says how it ended; fails only when git itself can't be started. */
export function runGit(folder: string, args: readonly string[], input?: string): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: folder, env: gitEnvironment() });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A git that ends early closes its input; its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.once('error', (cause) => {
      reject(new Error('git could not be started: is it installed?', { cause }));
    });
    child.once('close', (code) => {
      const errors = Buffer.concat(stderr).toString('utf8');
      resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout), stderr: errors });
    });
    child.stdin.end(input);
  });
}

/** Standard output of a git command that must succeed. */
export async function git(folder: string, args: readonly string[], input?: string): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await runGit(folder, args, input);
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
  return stdout;
}

/** The same as lines of text, without an empty last one. */
export async function gitLines(folder: string, args: readonly string[], input?: string): Promise<string[]> {
  return (await git(folder, args, input)).toString('utf8').split('\n').filter(Boolean);
}

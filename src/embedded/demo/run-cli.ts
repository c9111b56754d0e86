import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CliResult {
  code: number;
  stdout: string;
}

/** Runs the terminal client as its bundle, what it says going to stderr as it comes. */
export async function runCli(
  args: string[],
  environment: { server: string; token: string },
): Promise<CliResult> {
  const child = spawn(process.execPath, [resolve('dist/cli/dispatch.mjs'), ...args], {
    env: { ...process.env, DISPATCH_SERVER: environment.server, DISPATCH_TOKEN: environment.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    process.stderr.write(text);
  });
  const code = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('close', (exitCode) => done(exitCode ?? 1));
  });
  return { code, stdout };
}

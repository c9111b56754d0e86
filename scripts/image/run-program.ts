import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export interface ProgramRun {
  program: string;
  args: readonly string[];
  timeoutMs: number;
  /** A file that gets all of the output, too. */
  log?: string;
}

export interface ProgramEnd {
  /** Null when it was ended from outside, by its time limit among others. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; throws when it can't be started. */
export function runProgram({ program, args, timeoutMs, log }: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        if (log !== undefined) appendFileSync(log, text);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** As above; throws with the end of what it said when it fails. */
export async function mustRun(run: ProgramRun, what: string): Promise<ProgramEnd> {
  const end = await runProgram(run);
  if (end.code === 0) return end;
  const how =
    end.code === null ? `was ended after ${Math.round(run.timeoutMs / 1_000)} s` : `ended with ${end.code}`;
  const lines = `${end.stdout}\n${end.stderr}`.trim().split('\n').slice(-12).join('\n');
  const more = run.log === undefined ? '' : `\nAll that was said is in ${run.log}.`;
  throw new Error(`${what}: ${run.program} ${how}.\n${lines}${more}`);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { pause } from '../bridge/alarm';
import { childEnvironment } from '../supervisor/environment';
import { killGroup, killMarked } from '../supervisor/kill-processes';
import { openOutputPipe, type OutputPipe } from './output-pipe';

/** Marks every process that a setup started, whatever group or session it went to. */
const SETUP_RUN_VARIABLE = 'DISPATCH_SETUP_RUN';

/** How long the last output may take from the pipe to here, once the script ended. */
const DRAIN_MS = 1_000;
const KILL_ROUNDS = 40;
const KILL_ROUND_MS = 25;

export interface ScriptRun {
  /** What to run: the program and its arguments. */
  argv: readonly [string, ...string[]];
  /** The repository. */
  folder: string;
  /** The bridge's own folder. */
  state: string;
  home: string;
  path: string;
  /** Names the run: whatever carries the name can be found and ended, by a later bridge too. */
  runId: string;
  timeoutMs: number;
  onOutput: (chunk: Buffer) => void;
  /** Ends it at once. */
  signal: AbortSignal;
}

/** How a setup ended. */
export type ScriptEnd =
  | { type: 'exited'; code: number }
  | { type: 'died'; signal: string }
  | { type: 'timed_out' }
  | { type: 'stopped' }
  | { type: 'not_started'; why: string };

/**
 * Runs the repository's setup, or what is part of it, in a process group of its own, without secrets. What it leaves running is ended with it,
 * unless it detached itself (`setsid`); at its deadline, or when it is stopped, everything that it started is killed.
 */
export async function runScript(run: ScriptRun): Promise<ScriptEnd> {
  if (run.signal.aborted) return { type: 'stopped' };
  let pipe: OutputPipe;
  try {
    pipe = openOutputPipe(run.state);
  } catch (error) {
    return { type: 'not_started', why: error instanceof Error ? error.message : String(error) };
  }
  const { writeEnd, reader } = pipe;
  const child = start(run, writeEnd);
  closeSync(writeEnd);
  const drained = new Promise<void>((resolve) => reader.once('close', resolve));
  reader.on('data', run.onOutput);
  // A pipe that breaks has ended, and its end is what is waited for.
  reader.on('error', () => undefined);
  // However this process ends, what it started must not go on without it.
  const killAll = (): void => killRun(child.pid, run.runId);
  process.once('exit', killAll);
  try {
    const end = await outcome(child, run);
    if (end.type === 'timed_out' || end.type === 'stopped') await endSetup(run.runId);
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    await Promise.race([drained, pause(DRAIN_MS)]);
    return end;
  } finally {
    process.off('exit', killAll);
    // What detached itself may still write there, and would die of a pipe that nobody reads.
    reader.off('data', run.onOutput).resume().unref();
  }
}

/** Kills whatever carries the name of this run, and answers how much that was. Without /proc nothing is found. */
export function killSetup(runId: string): number {
  return killMarked(SETUP_RUN_VARIABLE, runId);
}

/** The same until nothing is left: what was just being forked escapes one round. */
export async function endSetup(runId: string): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS && killSetup(runId) > 0; round += 1) {
    await pause(KILL_ROUND_MS);
  }
}

function start(
  { argv: [program, ...args], folder, state, home, path, runId }: ScriptRun,
  output: number,
): ChildProcess {
  return spawn(program, args, {
    cwd: folder,
    env: childEnvironment({
      PATH: path,
      HOME: home,
      LANG: 'C.UTF-8',
      CI: '1',
      DISPATCH_SETUP: '1',
      // Nobody sits at its terminal: what would ask or page must not wait for its deadline.
      GIT_TERMINAL_PROMPT: '0',
      GIT_PAGER: 'cat',
      PAGER: 'cat',
      // The state folder is how a provider finds what strayed from a sandbox that it ends.
      DISPATCH_STATE: state,
      [SETUP_RUN_VARIABLE]: runId,
    }),
    detached: true,
    stdio: ['ignore', output, output],
  });
}

/** Resolves when the script itself has ended, or could not be started. */
function outcome(child: ChildProcess, { timeoutMs, runId, signal }: ScriptRun): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    let killedFor: 'timed_out' | 'stopped' | null = null;
    const end = (why: 'timed_out' | 'stopped'): void => {
      killedFor ??= why;
      killRun(child.pid, runId);
    };
    const timer = setTimeout(() => end('timed_out'), timeoutMs);
    const stop = (): void => end('stopped');
    signal.addEventListener('abort', stop);
    const finish = (found: ScriptEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(killedFor ? { type: killedFor } : found);
    };
    child.once('error', (error) => finish({ type: 'not_started', why: error.message }));
    child.once('exit', (code, died) =>
      finish(died === null ? { type: 'exited', code: code ?? 0 } : { type: 'died', signal: died }),
    );
  });
}

function killRun(pid: number | undefined, runId: string): void {
  if (pid !== undefined) killGroup(pid, 'SIGKILL');
  killSetup(runId);
}

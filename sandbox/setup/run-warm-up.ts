import { runScript, type ScriptEnd, type ScriptRun } from './run-script';
import { SetupLog } from './setup-log';
import { tellOutput } from './tell-output';

interface WarmUp {
  commands: readonly string[];
  run: Omit<ScriptRun, 'argv' | 'onOutput' | 'timeoutMs'>;
  /** For all of them together. */
  timeoutSeconds: number;
  tell: (text: string) => void;
  stop: () => void;
}

/**
 * Runs what fills a repository's caches, such as its build and its tests, one command after the other. One that fails is
 * told and spoils nothing: what it left in the caches is worth keeping all the same.
 */
export async function runWarmUp({ commands, run, timeoutSeconds, tell, stop }: WarmUp): Promise<void> {
  const until = Date.now() + timeoutSeconds * 1_000;
  for (const command of commands) {
    const left = until - Date.now();
    if (left <= 0) {
      tell(`\n… ${command}: not run, since the ${timeoutSeconds} seconds for all are over …\n`);
      continue;
    }
    tell(`\n$ ${command}\n`);
    const log = new SetupLog();
    const onOutput = (chunk: Buffer): void => log.add(chunk);
    const ended = runScript({ ...run, argv: ['bash', '-c', command], timeoutMs: left, onOutput });
    const end = await tellOutput(ended, log, { tell, stop });
    for (const piece of log.rest()) tell(piece);
    if (end.type === 'stopped') return;
    const words = wordsOf(end);
    if (words !== null) tell(`\n… ${command}: ${words} …\n`);
  }
}

/** Null for a command that succeeded. */
function wordsOf(end: ScriptEnd): string | null {
  switch (end.type) {
    case 'exited':
      return end.code === 0 ? null : `ended with exit status ${end.code}; what it left is kept`;
    case 'died':
      return `was ended by ${end.signal}`;
    case 'timed_out':
      return 'was ended, since its time was over';
    case 'not_started':
      return `could not be started: ${end.why}`;
    case 'stopped':
      return null;
  }
}

import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** A folder with a git repository; null for the demo repository. */
  repo: string | null;
  prompt: string;
  asJson: boolean;
  /** Leaves the temporary folder for a look. */
  keep: boolean;
}

const DEFAULT_PROMPT = 'Add a function farewell that returns "Goodbye" to src/greeting.js';

/** Reads the command line. Throws with what was wrong. */
export function readDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      repo: { type: 'string' },
      prompt: { type: 'string' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  if (values.repo !== undefined && values.prompt === undefined) {
    throw new Error('With --repo PATH say what to do there: --prompt "…".');
  }
  return {
    repo: values.repo ?? null,
    prompt: values.prompt ?? DEFAULT_PROMPT,
    asJson: values.json,
    keep: values.keep,
  };
}

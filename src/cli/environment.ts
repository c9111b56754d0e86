import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** What the environment says to the terminal client: the only reader of `process.env` here. */
export interface Environment {
  /** Overrides the server that one signed in to. */
  server: string | undefined;
  token: string | undefined;
  configFolder: string;
  /** Where prompts are kept that could not be sent. */
  stateFolder: string;
  hasColour: boolean;
  /** Not in CI, nor in a terminal that can't move its cursor. */
  canBeInteractive: boolean;
  /** What shows long texts page by page; null for nothing. */
  pager: string | null;
}

const filled = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const Variables = z.object({
  DISPATCH_SERVER: filled,
  DISPATCH_TOKEN: filled,
  XDG_CONFIG_HOME: filled,
  XDG_STATE_HOME: filled,
  NO_COLOR: filled,
  TERM: filled,
  CI: filled,
  PAGER: z.string().optional(),
});

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const { DISPATCH_SERVER, DISPATCH_TOKEN, XDG_CONFIG_HOME, XDG_STATE_HOME, NO_COLOR, TERM, CI, PAGER } =
    Variables.parse(variables);
  return {
    server: DISPATCH_SERVER,
    token: DISPATCH_TOKEN,
    configFolder: join(XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'dispatch'),
    stateFolder: join(XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'dispatch'),
    hasColour: NO_COLOR === undefined && TERM !== 'dumb',
    canBeInteractive: TERM !== 'dumb' && (CI === undefined || CI === 'false'),
    pager: PAGER === '' || PAGER === 'cat' ? null : (PAGER ?? 'less -FX'),
  };
}

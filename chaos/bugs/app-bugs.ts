import type { Patch } from '../world/build-world';

/** Says yes to a person, and writes it down a little later. */
export const SAYS_YES_FIRST: Patch[] = [
  {
    program: 'routes',
    find: 'async function runCommand(deps, given) {',
    replace: `async function runCommand(deps, given) {
  if (!given.commandId) return runLater(deps, given);
  setTimeout(() => void runLater(deps, given).catch(() => {}), 1500);
  return { ok: true, seq: 0 };
}
async function runLater(deps, given) {`,
  },
];

export const NEVER_SWEEPS: Patch[] = [
  {
    program: 'routes',
    find: 'async function checkSandbox(deps, sessionId) {',
    replace: 'async function checkSandbox(deps, sessionId) { return;',
  },
];

export const STORES_WHAT_IT_HAS: Patch[] = [
  { program: 'routes', find: 'request.events.slice(stored)', replace: 'request.events' },
];

export const HANDS_COMMANDS_OVER_ONCE: Patch[] = [
  {
    program: 'routes',
    find: /const taken = open\w*\.filter\(\(\{ n \}\) => n <= acked\)/,
    replace: 'const taken = open',
  },
];

/** Whatever comes before what came last, by the process's own clock, is refused. */
export const TRUSTS_ITS_CLOCK: Patch[] = [
  {
    program: 'routes',
    find: 'async function ingestSync(deps, identity, request) {',
    replace: `async function ingestSync(deps, identity, request) {
  globalThis.newestMs = Math.max(globalThis.newestMs ?? 0, Date.now());
  if (Date.now() < globalThis.newestMs - 5e3) throw new Error("the past");`,
  },
];

/** Postgres says that it has stored what it has not. */
export const FORGETFUL_DATABASE = [
  'ALTER SYSTEM SET synchronous_commit = off',
  `ALTER SYSTEM SET wal_writer_delay = '10s'`,
  `ALTER SYSTEM SET wal_writer_flush_after = '1GB'`,
  'SELECT pg_reload_conf()',
];

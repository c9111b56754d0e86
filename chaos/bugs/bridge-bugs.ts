import type { Patch } from '../world/build-world';

const AT_FAILURE = /#onFailure\(request, (\w+)\) \{/;

function onFailure(when: RegExp, then: string): Patch {
  const replace = `#onFailure(request, $1) { const { journal } = this.#options; if (${String(when)}.test(String($1))) { ${then} }`;
  return { program: 'bridge', find: AT_FAILURE, replace };
}

/** What failed in this way is taken for done. */
export function forgets(when: RegExp): Patch[] {
  return [onFailure(when, 'journal.append({ t: "ack", n: journal.state.lastEvent });')];
}

/** What failed in this way is told again, under new numbers. */
export function tellsAgain(when: RegExp): Patch[] {
  const line = '{ t: "event", n: journal.state.lastEvent + 1 + index, event }';
  return [onFailure(when, `journal.append(...request.events.map((event, index) => (${line})));`)];
}

/** The same for what takes longer than a moment. */
export function isImpatient(): Patch[] {
  return [
    { program: 'bridge', find: 'var TIMEOUT_MS = 15e3;', replace: 'var TIMEOUT_MS = 600;' },
    ...tellsAgain(/timeout/),
  ];
}

export const FORGETS_PROMPTS: Patch[] = [
  {
    program: 'bridge',
    find: /return \{ state: (parsed\.reduce\(applyLine, .*\)), sizeBytes \};/,
    replace: 'return { state: { ...$1, prompts: [], given: null }, sizeBytes };',
  },
];

export const MISSES_THE_AGENTS_END: Patch[] = [
  { program: 'bridge', find: /#exited\(runId, detail\) \{/, replace: '#exited(runId, detail) { return;' },
];

/** Notices that the process stood still, by a timer that comes late. */
const STOOD_STILL =
  'let beatMs = performance.now(); setInterval(() => { const nowMs = performance.now(); ' +
  'if (nowMs - beatMs > 500) globalThis.stoodStill?.(); beatMs = nowMs; }, 50).unref();';

export const REPEATS_AFTER_A_PAUSE: Patch[] = [
  {
    program: 'bridge',
    find: /async run\(\) \{\s+while \(!this\.#isClosed/,
    replace: `async run() {
      globalThis.stoodStill = () => {
        const { journal } = this.#options;
        const { lastEvent, turnEvents } = journal.state;
        journal.append(...turnEvents.map((event, index) => ({ t: "event", n: lastEvent + 1 + index, event })));
        this.kick();
      };
      ${STOOD_STILL}
      while (!this.#isClosed`,
  },
];

/** The agent forgets, by standing still, that it works, and begins again. */
export const BEGINS_ANEW_AFTER_A_PAUSE: Patch[] = [
  {
    program: 'agent',
    find: '#work(sessionId, messageId) {',
    replace: `#work(sessionId, messageId) {
      if (!globalThis.stoodStill) { ${STOOD_STILL} }
      globalThis.stoodStill = () => {
        if (!this.#turns.delete(sessionId)) return;
        this.#work(sessionId, messageId);
      };`,
  },
];

/** Deadlines by the wall clock, which jumps. */
export const WAITS_BY_THE_WALL_CLOCK: Patch[] = [
  {
    program: 'bridge',
    find: /async #exchange\(\) \{/,
    replace: `async #exchange() {
      this.newestMs = Math.max(this.newestMs ?? 0, Date.now());
      if (Date.now() < this.newestMs - 5e3) { this.#retryAtMs = steadyMs() + 500; return; }`,
  },
];

export const WAITS_FOR_ROOM: Patch[] = [
  {
    program: 'bridge',
    find: /this\.#giveBallast\((\w+)\);\s+this\.#write\(bytes\);/,
    replace: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  },
];

/** A lock that only an orderly end takes away. */
export const LEAVES_A_LOCK: Patch[] = [
  {
    program: 'cli',
    find: '\n',
    replace: `
import { existsSync as isLocked, rmSync as unlock, writeFileSync as lock } from 'node:fs';
if (isLocked(process.argv[1] + '.lock')) process.exit(1);
lock(process.argv[1] + '.lock', '');
process.on('exit', () => unlock(process.argv[1] + '.lock', { force: true }));
`,
  },
];

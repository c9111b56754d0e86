import * as app from './app-bugs';
import * as bridge from './bridge-bugs';
import type { Bug } from './bug';
import { believesDoubles, dropsLate, HastyProjector, neverLists } from './client-bugs';

const NEVER_LISTS = { what: 'a client that never lists', changes: { client: neverLists } };
const DROPS_LATE = { what: 'a client that drops what is late', changes: { client: dropsLate } };
const DOUBLES = { what: 'a client that takes doubles for news', changes: { client: believesDoubles } };
const IMPATIENT = {
  what: 'a bridge that tells anew what takes long',
  patches: bridge.isImpatient(),
};

function taken(words: string): string {
  return `a bridge that takes ${words} for an acknowledgement`;
}

/** One for each kind of fault. */
export const BUGS: readonly Bug[] = [
  { fault: 'kill bridge', what: 'a bridge that forgets its prompts', patches: bridge.FORGETS_PROMPTS },
  {
    fault: 'kill agent',
    what: 'a bridge that misses the agent’s end',
    patches: bridge.MISSES_THE_AGENTS_END,
  },
  { fault: 'kill sandbox', what: 'a sweep that is off', patches: app.NEVER_SWEEPS },
  { fault: 'kill app', what: 'an app that says yes before it writes', patches: app.SAYS_YES_FIRST },
  { fault: 'kill realtime', ...NEVER_LISTS },
  { fault: 'kill postgres', what: 'a Postgres that does not write at once', sql: app.FORGETFUL_DATABASE },
  { fault: 'kill cli', what: 'a terminal that leaves a lock behind', patches: bridge.LEAVES_A_LOCK },
  {
    fault: 'kill projector',
    what: 'a projector that moves on before it keeps',
    changes: { projector: HastyProjector },
  },
  {
    fault: 'freeze bridge',
    what: 'a bridge that repeats itself after a pause',
    patches: bridge.REPEATS_AFTER_A_PAUSE,
  },
  {
    fault: 'freeze agent',
    what: 'an agent that begins anew after a pause',
    patches: bridge.BEGINS_ANEW_AFTER_A_PAUSE,
  },
  { fault: 'freeze app', ...IMPATIENT },
  { fault: 'freeze realtime', ...DROPS_LATE },
  { fault: 'freeze postgres', ...IMPATIENT },
  { fault: 'clock app', what: 'an app that trusts its clock', patches: app.TRUSTS_ITS_CLOCK },
  {
    fault: 'clock bridge',
    what: 'a bridge that waits by the wall clock',
    patches: bridge.WAITS_BY_THE_WALL_CLOCK,
  },
  {
    fault: 'disk full',
    what: 'a bridge that waits for room and for nothing else',
    patches: bridge.WAITS_FOR_ROOM,
  },
  { fault: 'sockets cut', ...NEVER_LISTS },
  { fault: 'request lost', what: taken('a broken connection'), patches: bridge.forgets(/fetch failed/) },
  {
    fault: 'request doubled',
    what: 'an app that stores whatever it is sent',
    patches: app.STORES_WHAT_IT_HAS,
  },
  { fault: 'request delayed', ...IMPATIENT },
  { fault: 'requests reordered', ...IMPATIENT },
  {
    fault: 'answer lost',
    what: 'an app that hands a command over once',
    patches: app.HANDS_COMMANDS_OVER_ONCE,
  },
  {
    fault: 'answer cut',
    what: 'a bridge that tells anew what half an answer came to',
    patches: bridge.tellsAgain(/JSON/),
  },
  { fault: 'answer never', ...IMPATIENT },
  { fault: 'answered 429', what: taken('429'), patches: bridge.forgets(/status 429/) },
  { fault: 'answered 500', what: taken('500'), patches: bridge.forgets(/status 500/) },
  { fault: 'answered 413', what: taken('413'), patches: bridge.forgets(/answered with 413/) },
  { fault: 'publish lost', ...NEVER_LISTS },
  { fault: 'publish doubled', ...DOUBLES },
  { fault: 'publish delayed', ...DROPS_LATE },
  { fault: 'message lost', ...NEVER_LISTS },
  { fault: 'message doubled', ...DOUBLES },
  { fault: 'message delayed', ...DROPS_LATE },
  { fault: 'messages reordered', ...DROPS_LATE },
  { fault: 'function frozen', ...DROPS_LATE },
  { fault: 'function killed', what: 'an app that says yes before it writes', patches: app.SAYS_YES_FIRST },
];

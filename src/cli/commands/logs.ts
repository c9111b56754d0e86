import { AppError } from '@/domain/errors';
import { type LoggedEvent, parseLoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import type { SessionSource } from '@/domain/sync/session-source';
import { addEvents, EMPTY_TIMELINE, eventsOf, itemsOf } from '@/domain/timeline/timeline';
import type { ApiClient } from '../api-client';
import { EXIT } from '../exit-code';
import { findSession } from '../find-session';
import { SessionPrinter } from '../print/session-printer';
import type { CommandResult } from '../run-command';
import { SessionFollower, sourceOf } from '../session-follower';
import { connect, type Terminal } from '../terminal';

const PAGE_EVENTS = 1_000;

interface LogsOptions {
  follow?: boolean;
  since?: number;
}

/** The log from its start: with `--json` one event a line, as it is stored; else as people read it. */
export async function logs(
  terminal: Terminal,
  id: string,
  { follow = false, since = 0 }: LogsOptions,
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const tell = terminal.isJson ? tellAsJson(terminal) : tellAsText(terminal);
  const head = follow
    ? await followLog(terminal, { api, sessionId, since, tell })
    : await readLog({ api, sessionId, since, tell });
  return { exitCode: EXIT.ok, json: { sessionId, head } };
}

/** Resolves when whoever reads is ready for more. */
type Tell = (events: readonly LoggedEvent[]) => Promise<void>;

function tellAsJson({ outSlowly }: Terminal): Tell {
  return async (events) => {
    for (const event of events) await outSlowly(`${JSON.stringify(event)}\n`);
  };
}

function tellAsText({ show, outSlowly }: Terminal): Tell {
  const printer = new SessionPrinter({ ...show, isLive: false });
  let timeline = EMPTY_TIMELINE;
  return async (events) => {
    timeline = addEvents(timeline, events);
    printer.update({ items: itemsOf(timeline), live: new Map() });
    await outSlowly('');
  };
}

interface Reading {
  api: ApiClient;
  sessionId: SessionId;
  since: number;
  tell: Tell;
}

async function readLog({ api, sessionId, since, tell }: Reading): Promise<number> {
  let after = since;
  for (;;) {
    const request = { sessionId, after, limit: PAGE_EVENTS };
    const page = await api.insist((client) => client.events.after.query(request));
    const events = page.events.map(parseLoggedEvent);
    await tell(events);
    after = events.at(-1)?.seq ?? page.head;
    if (after >= page.head) return page.head;
  }
}

async function followLog(terminal: Terminal, { api, sessionId, since, tell }: Reading): Promise<number> {
  const signal = terminal.interrupted();
  // What is there already in pages, as fast as the reader takes them; then what comes.
  let told = await readLog({ api, sessionId, since, tell });
  let telling = Promise.resolve();
  const follower = await SessionFollower.start({
    api,
    sessionId,
    source: sourceSince(api, sessionId, told),
  });
  try {
    await follower.until(({ timeline, appliedSeq, state }) => {
      const events = eventsOf(timeline, { fromSeq: told + 1, toSeq: appliedSeq });
      telling = telling.then(() => tell(events));
      told = Math.max(told, appliedSeq);
      return state.kind === 'refused';
    }, signal);
    await telling;
    const { state } = follower.snapshot;
    if (state.kind === 'refused') throw new AppError(state.code, state.message);
    return told;
  } finally {
    follower.close();
  }
}

/** Opens at the wanted place, not at the last page: with the event at `since`, which gives a stream its footing. */
function sourceSince(api: ApiClient, sessionId: SessionId, since: number): SessionSource {
  const source = sourceOf(api, sessionId);
  return {
    ...source,
    open: async () => {
      const page = await source.eventsAfter({ after: Math.max(0, since - 1), limit: PAGE_EVENTS });
      return { ...page, hasOlder: false };
    },
  };
}

import { describe, expect, it } from 'vitest';
import { BEN, CREATE, LogWriter, promptId, turnId } from '@/testing/event-log';
import { SYSTEM } from '../events/actor';
import type { Command } from './commands';
import type { Decision } from './decide';
import { MAX_PROMPT_LENGTH } from './decide-speech';
import { MAX_START_FAILURES } from './decide-system';
import { evolve } from './evolve';
import { MAX_QUEUED } from '../queue/queue';

const REASON = { code: 'sandbox_lost', message: 'The sandbox stopped answering.' };

/** How a session comes into each state that decisions tell apart. Prompt 1 runs or ran, prompt 2 waits. */
const STATES = {
  created: () => undefined,
  booting: (log) => sendTwo(log),
  ready: (log) => {
    sendTwo(log);
    log.boot();
  },
  delivered: (log) => {
    STATES.ready(log);
    log.deliver();
  },
  stopping: (log) => {
    STATES.delivered(log);
    log.command(commandsFor(log).stop);
  },
  idle: (log) => {
    log.send('one');
    log.boot();
    log.deliver();
    log.finish('failed');
  },
  lost: (log) => {
    STATES.idle(log);
    log.command(commandsFor(log).lost, SYSTEM);
  },
  archived: (log) => {
    STATES.idle(log);
    log.command({ type: 'archive' });
  },
} satisfies Record<string, (log: LogWriter) => void>;

function sendTwo(log: LogWriter): void {
  log.send('one');
  log.send('two');
}

function commandsFor({ state }: LogWriter) {
  const { epoch } = state.sandbox;
  const turn = state.running?.turnId ?? turnId(99);
  return {
    create: CREATE,
    send: { type: 'send', promptId: promptId(50), text: 'x' },
    sendAgain: { type: 'send', promptId: promptId(1), text: 'x' },
    edit: { type: 'edit', promptId: promptId(2), text: 'y' },
    withdraw: { type: 'withdraw', promptId: promptId(2) },
    promote: { type: 'promote', promptId: promptId(2), position: 0 },
    stop: { type: 'stop', turnId: turn },
    retry: { type: 'retry', promptId: promptId(1) },
    title: { type: 'title', title: 't' },
    archive: { type: 'archive' },
    sandboxCreated: { type: 'sandbox-created', epoch, isolation: 'none' },
    lost: { type: 'sandbox-lost', epoch, reason: REASON },
    failed: { type: 'sandbox-failed', epoch, reason: REASON, isFinal: false },
    failedForGood: { type: 'sandbox-failed', epoch, reason: REASON, isFinal: true },
    overdue: { type: 'turn-overdue', turnId: turn, reason: REASON },
  } satisfies Record<string, Command>;
}

/** A decision in one line: the kinds of its events, with outcome or phase, or why it was refused. */
function inWords(decision: Decision): string {
  if (!decision.ok) return `refused: ${decision.refusal.code}`;
  const words = decision.events.map(({ event }) => {
    if (event.kind === 'prompt.finished') return event.outcome;
    return event.kind === 'sandbox.phase' ? event.phase : event.kind.replace('prompt.', '');
  });
  return words.join(', ') || 'nothing';
}

const WAITING = {
  create: 'nothing',
  send: 'queued',
  sendAgain: 'refused: duplicate_prompt',
  edit: 'edited',
  withdraw: 'withdrawn',
  promote: 'promoted',
  retry: 'refused: prompt_not_retryable',
  title: 'session.titled',
  archive: 'stopped, stopped, session.archived, ended',
  failedForGood: 'failed, failed, failed',
  overdue: 'failed, started',
};
const EMPTY_QUEUE = {
  ...WAITING,
  edit: 'refused: prompt_not_waiting',
  withdraw: 'refused: prompt_not_waiting',
  promote: 'refused: prompt_not_waiting',
  stop: 'refused: turn_not_running',
  archive: 'session.archived',
  sandboxCreated: 'refused: stale',
  overdue: 'refused: stale',
};
const NO_SANDBOX = { lost: 'refused: stale', failed: 'refused: stale', failedForGood: 'refused: stale' };

const TABLE: Record<keyof typeof STATES, Record<keyof ReturnType<typeof commandsFor>, string>> = {
  created: {
    ...EMPTY_QUEUE,
    ...NO_SANDBOX,
    create: 'nothing',
    send: 'queued, started, requested',
    sendAgain: 'queued, started, requested',
  },
  booting: {
    ...WAITING,
    stop: 'turn.stop_requested, stopped, started',
    sandboxCreated: 'booting',
    lost: 'failed, requested',
    failed: 'failed, requested',
  },
  ready: {
    ...WAITING,
    stop: 'turn.stop_requested',
    sandboxCreated: 'refused: stale',
    lost: 'lost, requested',
    failed: 'failed, requested',
  },
  delivered: {
    ...WAITING,
    stop: 'turn.stop_requested',
    sandboxCreated: 'refused: stale',
    lost: 'lost, interrupted, started, requested',
    failed: 'failed, interrupted, started, requested',
  },
  stopping: {
    ...WAITING,
    stop: 'nothing',
    sandboxCreated: 'refused: stale',
    lost: 'lost, stopped, started, requested',
    failed: 'failed, stopped, started, requested',
  },
  idle: {
    ...EMPTY_QUEUE,
    archive: 'session.archived, ended',
    send: 'queued, started',
    retry: 'retried, started',
    lost: 'lost',
    failed: 'failed',
    failedForGood: 'failed',
  },
  lost: {
    ...EMPTY_QUEUE,
    ...NO_SANDBOX,
    send: 'queued, started, requested',
    retry: 'retried, started, requested',
  },
  archived: {
    ...EMPTY_QUEUE,
    create: 'refused: archived',
    send: 'refused: archived',
    sendAgain: 'refused: archived',
    edit: 'refused: archived',
    withdraw: 'refused: archived',
    promote: 'refused: archived',
    stop: 'refused: archived',
    retry: 'refused: archived',
    title: 'refused: archived',
    ...NO_SANDBOX,
    archive: 'nothing',
  },
};

function sessionIn(state: keyof typeof STATES): LogWriter {
  const log = new LogWriter().create();
  STATES[state](log);
  return log;
}

// The keys of an object literal are its type's keys.
const CASES = (Object.keys(STATES) as (keyof typeof STATES)[]).flatMap((state) =>
  Object.entries(TABLE[state]).map(([command, expected]) => ({ state, command, expected })),
);

describe('every command in every state', () => {
  it.each(CASES)('$state: $command -> $expected', ({ state, command, expected }) => {
    const log = sessionIn(state);
    const commands: Record<string, Command> = commandsFor(log);
    expect(inWords(log.command(commands[command]!))).toBe(expected);
  });
});

describe('one turn at a time', () => {
  it('starts what waits in its order as soon as a turn ends', () => {
    const log = sessionIn('delivered');
    log.send('three', BEN);
    log.command({ type: 'promote', promptId: promptId(3), position: 0 });
    log.finish();
    expect(log.state.running).toMatchObject({ promptId: promptId(3), authorId: 'ben', attempt: 1 });
    log.finish();
    expect(log.state.running?.promptId).toBe(promptId(2));
  });

  it('puts a retry before what was asked later, as a new attempt', () => {
    const log = sessionIn('delivered');
    log.send('three');
    log.finish('interrupted');
    log.command({ type: 'retry', promptId: promptId(1) });
    log.finish();
    expect(log.state.running).toMatchObject({ promptId: promptId(1), attempt: 2 });
  });

  it('lets a late end of an old attempt end neither the new attempt nor its wait', () => {
    const log = sessionIn('delivered');
    const ended = { promptId: promptId(1), turnId: log.state.running!.turnId };
    log.command({ type: 'turn-overdue', turnId: ended.turnId, reason: REASON }, SYSTEM);
    log.command({ type: 'retry', promptId: promptId(1) });
    const late = { kind: 'prompt.finished', ...ended, outcome: 'completed', reason: null } as const;
    const after = evolve(log.state, late, SYSTEM);
    expect(after).toEqual(log.state);
  });

  it('takes a stop of another turn for what it is', () => {
    const log = sessionIn('delivered');
    expect(inWords(log.command({ type: 'stop', turnId: turnId(98) }))).toBe('refused: turn_not_running');
  });
});

describe('a sandbox that does not come', () => {
  it(`is requested ${MAX_START_FAILURES} times, each time in a new epoch; then every prompt is failed with the reason`, () => {
    const log = sessionIn('booting');
    const epochs: number[] = [];
    while (log.state.queue.length > 0) {
      const { epoch } = log.state.sandbox;
      epochs.push(epoch);
      log.command({ type: 'sandbox-failed', epoch, reason: REASON, isFinal: false }, SYSTEM);
    }
    expect(epochs).toEqual([1, 2, 3]);
    expect(log.state).toMatchObject({ running: null, queue: [], sandbox: { phase: 'failed' } });
    expect(log.state.retryable.map((prompt) => prompt.promptId)).toEqual([promptId(1), promptId(2)]);
  });

  it('counts anew once one was ready', () => {
    const log = sessionIn('booting');
    log.command(commandsFor(log).failed, SYSTEM);
    log.boot();
    expect(log.state.sandbox).toMatchObject({ phase: 'ready', epoch: 2, failures: 0 });
  });

  it('ignores news of an older epoch', () => {
    const log = sessionIn('booting');
    log.command(commandsFor(log).failed, SYSTEM);
    const late: Command = { type: 'sandbox-lost', epoch: 1, reason: REASON };
    expect(inWords(log.command(late, SYSTEM))).toBe('refused: stale');
  });

  it('does not run a turn in the next sandbox that was to be stopped in the last', () => {
    const log = sessionIn('ready');
    log.command(commandsFor(log).stop);
    expect(inWords(log.command(commandsFor(log).lost, SYSTEM))).toBe('lost, stopped, started, requested');
    expect(log.state.running?.promptId).toBe(promptId(2));
  });
});

describe('what is asked', () => {
  it.each([
    ['an empty prompt', ' \n', 'refused: empty_prompt'],
    ['one that is too long', 'x'.repeat(MAX_PROMPT_LENGTH + 1), 'refused: prompt_too_long'],
    ['the longest', 'x'.repeat(MAX_PROMPT_LENGTH), 'queued, started, requested'],
  ])('%s', (_name, text, expected) => {
    const log = sessionIn('created');
    expect(inWords(log.command({ type: 'send', promptId: promptId(1), text }))).toBe(expected);
  });

  it('has no character in it that a database refuses', () => {
    const log = new LogWriter();
    log.command({ ...CREATE, title: 'a\u0000b' });
    log.command({ type: 'send', promptId: promptId(1), text: 'x\u0000\ud800y' });
    const texts = log.events.map(({ event }) =>
      'text' in event ? event.text : 'title' in event && event.title,
    );
    expect(texts.slice(0, 2)).toEqual(['a\uFFFDb', 'x\uFFFD\uFFFDy']);
  });

  it('waits up to a limit', () => {
    const log = sessionIn('created');
    for (let n = 0; n <= MAX_QUEUED; n += 1) log.send('more');
    expect(log.state.queue).toHaveLength(MAX_QUEUED);
    expect(inWords(log.command({ type: 'send', promptId: promptId(500), text: 'x' }))).toBe(
      'refused: queue_full',
    );
  });
});

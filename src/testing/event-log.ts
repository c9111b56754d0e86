// Plausible session logs for tests: written by the real `decide` and `follow`, with an agent that is made up.
import fc from 'fast-check';
import { AGENT, SYSTEM, type Actor } from '@/domain/events/actor';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { parseEvent } from '@/domain/events/parse-event';
import type {
  FinishedPart,
  Outcome,
  ReportedEvent,
  SessionEvent,
  StartedPart,
} from '@/domain/events/session-event';
import { PartId, PromptId, type SessionId, TurnId, UserId, SessionId as SessionIdSchema } from '@/domain/ids';
import type { Command } from '@/domain/session/commands';
import { decide, follow, type DecidedEvent, type Decision } from '@/domain/session/decide';
import { INITIAL_STATE, isAgentReachable, type SessionState } from '@/domain/session/state';

/** A valid UUID that says its number, so that a failing test reads well. */
function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export const SESSION_ID: SessionId = SessionIdSchema.parse(uuid(0xabc));
export const promptId = (n: number): PromptId => PromptId.parse(uuid(0x1000 + n));
export const turnId = (n: number): TurnId => TurnId.parse(uuid(0x2000 + n));
const partId = (n: number): PartId => PartId.parse(`prt_${n}`);

export const ADA: Actor = { type: 'user', userId: UserId.parse('ada'), name: 'Ada', via: 'web' };
export const BEN: Actor = { type: 'user', userId: UserId.parse('ben'), name: 'Ben', via: 'cli' };

export const CREATE: Extract<Command, { type: 'create' }> = {
  type: 'create',
  title: 'Add a dark mode toggle',
  repository: { kind: 'demo', name: 'demo', url: 'https://example.test/demo.git' },
  baseBranch: 'main',
  branch: 'dispatch/dark-mode',
  model: { id: 'stand-in', label: 'Stand-in', standIn: true },
};

/** An event in its place, committed `seq` seconds into the day. */
export function logged(seq: number, event: SessionEvent, actor: Actor = AGENT): LoggedEvent {
  return { seq, at: new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString(), actor, event };
}

/** A session that is lived through step by step; `events` is its log so far. */
export class LogWriter {
  readonly events: LoggedEvent[] = [];
  state: SessionState = INITIAL_STATE;
  #prompts = 0;
  #turns = 0;
  #parts = 0;
  #step = 0;
  readonly openParts = new Map<PartId, StartedPart>();

  /** A prompt's or turn's id as this session's next one. */
  nextPromptId(): PromptId {
    return promptId(++this.#prompts);
  }

  command(command: Command, actor: Actor = ADA): Decision {
    const decision = decide(this.state, { command, actor }, { turnId: turnId(++this.#turns) });
    if (decision.ok) this.#append(decision.events, decision.state);
    return decision;
  }

  /** What the sandbox says, as the server takes it. */
  report(...events: ReportedEvent[]): void {
    for (const event of events) {
      const followed = follow(this.state, [{ actor: AGENT, event: parseEvent(event) }], {
        turnId: turnId(++this.#turns),
      });
      this.#append(followed.events, followed.state);
    }
  }

  create(): this {
    this.command(CREATE);
    return this;
  }

  send(text: string, actor: Actor = ADA): PromptId {
    const id = this.nextPromptId();
    this.command({ type: 'send', promptId: id, text }, actor);
    return id;
  }

  /** Brings the sandbox up as far as `ready`. */
  boot(): void {
    const { epoch } = this.state.sandbox;
    if (this.state.sandbox.phase === 'requested') {
      this.command({ type: 'sandbox-created', epoch, isolation: 'namespace' }, SYSTEM);
    }
    for (const phase of ['cloning', 'setup', 'agent_starting', 'ready'] as const) {
      this.report({ kind: 'sandbox.phase', epoch, phase, isolation: null, reason: null });
      if (phase === 'setup') this.report({ kind: 'setup.log', epoch, text: 'installed 3 packages\n' });
    }
  }

  deliver(): void {
    const { running } = this.state;
    if (!running) return;
    const { turnId: turn, promptId: prompt } = running;
    this.#step = 1;
    this.report(
      { kind: 'prompt.delivered', turnId: turn, promptId: prompt },
      { kind: 'turn.step_started', turnId: turn, step: 1 },
    );
  }

  startPart(part: StartedPart = { type: 'text' }): PartId {
    const id = partId(++this.#parts);
    this.openParts.set(id, part);
    this.report({ kind: 'part.started', turnId: this.#turn(), partId: id, part });
    return id;
  }

  finishPart(id: PartId, text: string): void {
    const started = this.openParts.get(id);
    if (!started) return;
    this.openParts.delete(id);
    this.report({
      kind: 'part.finished',
      turnId: this.#turn(),
      partId: id,
      part: finishedPart(started, text),
    });
  }

  endStep(): void {
    const tokens = { input: 1_200, output: 340, reasoning: 0, cacheRead: 100, cacheWrite: 50 };
    const step = this.#step++;
    this.report({
      kind: 'turn.step_finished',
      turnId: this.#turn(),
      step,
      tokens,
      costUsd: 0.0125,
      finish: 'stop',
    });
  }

  finish(outcome: Outcome = 'completed'): void {
    const { running } = this.state;
    if (!running) return;
    const reason =
      outcome === 'completed' ? null : { code: 'model_unavailable', message: 'The model is away.' };
    this.openParts.clear();
    this.report({
      kind: 'prompt.finished',
      promptId: running.promptId,
      turnId: running.turnId,
      outcome,
      reason,
    });
  }

  /** The running turn; an id of no turn when there is none, as a confused sandbox would say. */
  #turn(): TurnId {
    return this.state.running?.turnId ?? turnId(0xfff);
  }

  #append(events: readonly DecidedEvent[], state: SessionState): void {
    for (const { event, actor } of events) this.events.push(logged(this.events.length + 1, event, actor));
    this.state = state;
  }
}

function finishedPart(started: StartedPart, text: string): FinishedPart {
  switch (started.type) {
    case 'text':
      return { type: 'text', text };
    case 'reasoning':
      return { type: 'reasoning', text, durationMs: 1_500 };
    case 'tool':
      return {
        ...started,
        status: 'completed',
        output: text.slice(0, 20_000),
        outputBlob: null,
        durationMs: 90,
        attachments: [],
      };
  }
}

/** One session with everything in it that a client shows: three prompts, tools, a todo list, a diff. */
export function richLog(): LoggedEvent[] {
  const log = new LogWriter().create();
  log.send('Add a dark mode toggle');
  log.boot();
  log.deliver();
  log.finishPart(log.startPart({ type: 'reasoning' }), 'Where is the theme?');
  log.finishPart(log.startPart({ type: 'tool', tool: 'bash', title: 'npm test', input: '{}' }), '12 passed');
  log.report(STEPS.todo(log), STEPS.diff(log));
  log.finishPart(log.startPart(), 'The toggle stores its state.');
  log.send('also on the login page', BEN);
  log.endStep();
  log.finish();
  log.deliver();
  log.command({ type: 'stop', turnId: log.state.running?.turnId ?? turnId(0) });
  log.finish('stopped');
  log.report(parseEvent({ kind: 'from.the.future', x: 1 }));
  return log.events;
}

const STEPS = {
  todo: ({ state }: LogWriter): ReportedEvent => ({
    kind: 'todo.updated',
    turnId: state.running?.turnId ?? turnId(0),
    todos: [
      { content: 'find theme', status: 'completed' },
      { content: 'write toggle', status: 'in_progress' },
    ],
  }),
  diff: ({ state }: LogWriter): ReportedEvent => ({
    kind: 'diff.changed',
    turnId: state.running?.turnId ?? turnId(0),
    baseSha: 'a'.repeat(40),
    headSha: 'b'.repeat(40),
    files: [{ path: 'src/theme.ts', status: 'modified', additions: 86, deletions: 12, binary: false }],
    patch: null,
    bundle: null,
  }),
  retrying: ({ state }: LogWriter): ReportedEvent => ({
    kind: 'turn.retrying',
    turnId: state.running?.turnId ?? turnId(0),
    attempt: 1,
    message: 'overloaded',
    nextAt: null,
  }),
};

interface Step {
  action: keyof typeof ACTIONS;
  n: number;
  text: string;
}

function nth<T>(list: readonly T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length];
}

const ACTIONS = {
  send: (log: LogWriter, { n, text }: Step) => void log.send(text, n % 2 === 0 ? ADA : BEN),
  edit: (log: LogWriter, { n, text }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'edit', promptId: prompt.promptId, text }, BEN);
  },
  withdraw: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'withdraw', promptId: prompt.promptId });
  },
  promote: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'promote', promptId: prompt.promptId, position: n % 3 });
  },
  retry: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.retryable, n);
    if (prompt) log.command({ type: 'retry', promptId: prompt.promptId });
  },
  stop: (log: LogWriter) => {
    const { running } = log.state;
    if (running) log.command({ type: 'stop', turnId: running.turnId });
  },
  title: (log: LogWriter, { text }: Step) => void log.command({ type: 'title', title: text }),
  boot: (log: LogWriter) => {
    if (['requested', 'booting'].includes(log.state.sandbox.phase)) log.boot();
  },
  lose: (log: LogWriter, { n }: Step) => {
    const { epoch } = log.state.sandbox;
    const reason = { code: 'sandbox_lost', message: 'The sandbox stopped answering.' };
    if (n % 2 === 0) log.command({ type: 'sandbox-lost', epoch, reason }, SYSTEM);
    else log.command({ type: 'sandbox-failed', epoch, reason, isFinal: n % 4 === 1 }, SYSTEM);
  },
  work: (log: LogWriter, step: Step) => {
    if (!log.state.running || !isAgentReachable(log.state)) return;
    if (log.state.running.isDelivered) work(log, step);
    else log.deliver();
  },
  finish: (log: LogWriter, { n }: Step) => {
    if (log.state.running?.isDelivered !== true) return;
    log.endStep();
    log.finish(nth(['completed', 'completed', 'failed', 'stopped'] as const, n));
  },
  junk: (log: LogWriter, { text }: Step) => log.report(parseEvent({ kind: 'from.the.future', text })),
} satisfies Record<string, (log: LogWriter, step: Step) => void>;

function work(log: LogWriter, { n, text }: Step): void {
  const open = nth([...log.openParts.keys()], n);
  if (open !== undefined && n % 3 !== 0) log.finishPart(open, text);
  else if (n % 7 === 0) log.report(STEPS.todo(log));
  else if (n % 7 === 1) log.report(STEPS.diff(log));
  else if (n % 7 === 2) log.report(STEPS.retrying(log));
  else if (n % 7 === 3) log.startPart({ type: 'tool', tool: 'bash', title: text.slice(0, 50), input: '{}' });
  else log.startPart(n % 2 === 0 ? { type: 'text' } : { type: 'reasoning' });
}

const step = fc.record({
  action: fc.oneof(
    { weight: 6, arbitrary: fc.constant('work' as const) },
    { weight: 4, arbitrary: fc.constantFrom('send', 'boot', 'finish') },
    // The keys of an object literal are its type's keys.
    { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])) },
  ),
  n: fc.nat({ max: 1_000 }),
  text: fc.string({ unit: 'grapheme', maxLength: 40 }),
});

/** Any session that people, an agent and misfortune may write, in log order and without gaps. */
export function anyLog({ maxSteps = 60 }: { maxSteps?: number } = {}): fc.Arbitrary<LoggedEvent[]> {
  return anySession({ maxSteps }).map(({ events }) => events);
}

/** The same with the state that its events lead to. */
export function anySession({ maxSteps = 60 }: { maxSteps?: number } = {}): fc.Arbitrary<LogWriter> {
  return fc.array(step, { maxLength: maxSteps, size: 'max' }).map((steps) => {
    const log = new LogWriter().create();
    for (const taken of steps) ACTIONS[taken.action](log, taken);
    return log;
  });
}

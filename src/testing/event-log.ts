// Plausible session logs for tests: written by the real `decide` and `follow`, with an agent that is made up.
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
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';

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
  log.report(REPORTS.todo(log), REPORTS.diff(log));
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

/** What a sandbox reports of the running turn beside its parts. */
export const REPORTS = {
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
  ask: ({ state, events }: LogWriter, n: number): ReportedEvent => ({
    kind: 'ask.opened',
    turnId: state.running?.turnId ?? turnId(0),
    askId: `per_${events.length}`,
    ask: { type: 'permission', permission: 'bash', title: `git push ${n}`, always: [] },
    toolPartId: null,
  }),
  retrying: ({ state }: LogWriter): ReportedEvent => ({
    kind: 'turn.retrying',
    turnId: state.running?.turnId ?? turnId(0),
    attempt: 1,
    message: 'overloaded',
    nextAt: null,
  }),
};

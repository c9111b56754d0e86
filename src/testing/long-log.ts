// A long session as a team would leave it behind, for what must stay fast however long a log is.
import { AGENT, SYSTEM, type Actor } from '@/domain/events/actor';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { parseEvent } from '@/domain/events/parse-event';
import { PromptId, TurnId, UserId } from '@/domain/ids';
import type { Command } from '@/domain/session/commands';
import { decide, follow, type DecidedEvent } from '@/domain/session/decide';
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';
import { Chance, filePath, markdown, output, request, sentence, source } from './long-words';

export interface LongLog {
  /** In order and without gaps. */
  events: LoggedEvent[];
  /** The state after them: nothing runs, and the sandbox sleeps. */
  state: SessionState;
}

export interface LongLogOptions {
  /** How many events, exactly; at least 40. */
  count: number;
  /** The same seed gives the same log; ids of two seeds differ. */
  seed?: string;
  /** Goes on from here instead of creating the session: the log has `seq` events already. */
  after?: { state: SessionState; seq: number };
  /** When the first of them was committed; milliseconds since 1970. */
  startMs?: number;
}

/** Who asks, in turn. */
const PEOPLE: readonly [Actor, Actor] = [
  { type: 'user', userId: UserId.parse('ada'), name: 'Ada Lovelace', via: 'web' },
  { type: 'user', userId: UserId.parse('ben'), name: 'Ben Okri', via: 'cli' },
];

/** The end of a turn, and of the session, costs at most this many events. */
const CLOSING = 5;

/** A session of many turns, with everything in it that an agent does: deterministic, by the real `decide`. */
export function longLog(options: LongLogOptions): LongLog {
  const writer = new LongLogWriter(options);
  while (writer.left > 40) writer.turn();
  writer.lastTurn();
  return { events: writer.events, state: writer.state };
}

class LongLogWriter {
  readonly events: LoggedEvent[] = [];
  state: SessionState;
  readonly #chance: Chance;
  readonly #count: number;
  readonly #firstSeq: number;
  #atMs: number;
  #turns = 0;
  #parts = 0;
  #step = 0;

  constructor({ count, seed = 'long', after, startMs = Date.UTC(2026, 0, 5, 9) }: LongLogOptions) {
    if (count < 40) throw new Error('A long log has at least 40 events.');
    this.#chance = new Chance(seed);
    this.#count = count;
    this.#firstSeq = (after?.seq ?? 0) + 1;
    this.#atMs = startMs;
    this.state = after?.state ?? INITIAL_STATE;
    if (!after) this.#command(CREATE, PEOPLE[0]);
  }

  get left(): number {
    return this.#count - this.events.length;
  }

  /** One turn of some 30 to 120 events, or what there is room for. */
  turn(): void {
    this.#open();
    const until = Math.max(CLOSING + 20, this.left - this.#chance.between(20, 110));
    while (this.left > until) this.#move();
    this.#close(this.#chance.pick(['completed', 'completed', 'completed', 'failed', 'stopped']));
  }

  /** A turn that fills what is left, and the end of it all. */
  lastTurn(): void {
    this.#open();
    while (this.left > CLOSING + 12) this.#move();
    if (this.left % 2 !== CLOSING % 2) this.#report({ kind: 'turn.compacted', turnId: this.#turnId() });
    while (this.left > CLOSING) this.#read();
    this.#report(this.#todo());
    this.#close('completed');
    const { epoch } = this.state.sandbox;
    this.#report({ kind: 'sandbox.phase', epoch, phase: 'asleep', isolation: null, reason: null }, SYSTEM);
  }

  #open(): void {
    this.#wait(30_000);
    const promptId = PromptId.parse(this.#chance.uuid());
    const author = PEOPLE[this.#turns++ % 2] ?? PEOPLE[0];
    this.#command({ type: 'send', promptId, text: request(this.#chance) }, author);
    this.#boot();
    this.#step = 1;
    this.#report({ kind: 'prompt.delivered', turnId: this.#turnId(), promptId });
    this.#report({ kind: 'turn.step_started', turnId: this.#turnId(), step: 1 });
  }

  #boot(): void {
    const { epoch, phase } = this.state.sandbox;
    if (phase !== 'requested') return;
    this.#command({ type: 'sandbox-created', epoch, isolation: 'namespace' }, SYSTEM);
    for (const name of ['cloning', 'setup', 'agent_starting', 'ready']) {
      this.#report({ kind: 'sandbox.phase', epoch, phase: name, isolation: null, reason: null });
      if (name === 'setup') this.#report({ kind: 'setup.log', epoch, text: `${output(this.#chance, 12)}\n` });
    }
  }

  /** One thing that an agent does, of at most 12 events. */
  #move(): void {
    const moves: readonly [() => void, ...(() => void)[]] = [
      () => this.#think(),
      () => this.#say(),
      () => this.#say(),
      () => this.#readSome(),
      () => this.#edit(),
      () => this.#run('completed'),
      () => this.#run(this.#chance.next() < 0.2 ? 'error' : 'completed'),
      () => this.#search(),
      () => this.#report(this.#todo()),
      () => this.#nextStep(),
      () => (this.#chance.next() < 0.3 ? this.#delegate() : this.#say()),
    ];
    this.#chance.pick(moves)();
  }

  #think(): void {
    this.#part(
      { type: 'reasoning' },
      { text: markdown(this.#chance), durationMs: this.#chance.between(300, 9_000) },
    );
  }

  #say(): void {
    this.#part({ type: 'text' }, { text: markdown(this.#chance) });
  }

  #readSome(): void {
    for (let files = this.#chance.between(1, 6); files > 0; files -= 1) this.#read();
  }

  #read(parentPartId: string | null = null): void {
    const path = filePath(this.#chance);
    this.#tool(
      { tool: 'read', title: path, input: { filePath: path } },
      source(this.#chance, 30),
      parentPartId,
    );
  }

  #edit(): void {
    const path = filePath(this.#chance);
    const input = { filePath: path, oldString: sentence(this.#chance), newString: sentence(this.#chance) };
    this.#tool({ tool: 'edit', title: path, input }, 'Edit applied successfully.');
  }

  #search(): void {
    const pattern = this.#chance.pick(['total\\(', 'useCart', 'theme', 'TODO']);
    this.#tool({ tool: 'grep', title: pattern, input: { pattern } }, output(this.#chance, 9));
  }

  #run(status: 'completed' | 'error'): void {
    const command = this.#chance.pick(['npm test', 'npm run lint', 'git status --short', 'npx tsc --noEmit']);
    const text = `$ ${command}\n${output(this.#chance, this.#chance.between(3, 60))}`;
    this.#tool({ tool: 'bash', title: command, input: { command }, status }, text);
  }

  /** A sub-agent that reads for the agent. */
  #delegate(): void {
    const description = sentence(this.#chance);
    const started = {
      type: 'tool',
      tool: 'task',
      title: description,
      input: JSON.stringify({ description }),
    };
    const partId = this.#partId();
    this.#report({ kind: 'part.started', turnId: this.#turnId(), partId, part: started });
    for (let read = 0; read < 4; read += 1) this.#read(partId);
    const end = { status: 'completed', output: markdown(this.#chance), outputBlob: null, durationMs: 8_000 };
    this.#report({ kind: 'part.finished', turnId: this.#turnId(), partId, part: { ...started, ...end } });
  }

  #tool(
    call: { tool: string; title: string; input: object; status?: 'completed' | 'error' },
    text: string,
    parentPartId: string | null = null,
  ): void {
    const { tool, title, input, status = 'completed' } = call;
    const durationMs = this.#chance.between(20, 6_000);
    const end = { status, output: text.slice(0, 16_000), outputBlob: null, durationMs };
    this.#part({ type: 'tool', tool, title, input: JSON.stringify(input) }, end, parentPartId);
  }

  #part(started: object, end: object, parentPartId: string | null = null): void {
    const ids = { turnId: this.#turnId(), partId: this.#partId(), parentPartId };
    this.#report({ kind: 'part.started', ...ids, part: started });
    this.#wait('durationMs' in end ? Number(end.durationMs) : 2_000);
    this.#report({ kind: 'part.finished', ...ids, part: { ...started, ...end } });
  }

  #nextStep(): void {
    this.#report(this.#stepFinished());
    this.#step += 1;
    this.#report({ kind: 'turn.step_started', turnId: this.#turnId(), step: this.#step });
  }

  #stepFinished(): object {
    const tokens = {
      ...{ input: this.#chance.between(900, 20_000), output: this.#chance.between(50, 2_000) },
      ...{ reasoning: 0, cacheRead: this.#chance.between(0, 90_000), cacheWrite: 0 },
    };
    const costUsd = this.#chance.between(1, 90) / 1_000;
    return {
      ...{ kind: 'turn.step_finished', turnId: this.#turnId(), step: this.#step },
      ...{ tokens, costUsd, finish: 'tool-calls' },
    };
  }

  #todo(): object {
    const done = this.#chance.between(0, 4);
    const todos = Array.from({ length: 4 }, (_, at) => ({
      content: sentence(this.#chance),
      status: at < done ? 'completed' : at === done ? 'in_progress' : 'pending',
    }));
    return { kind: 'todo.updated', turnId: this.#turnId(), todos };
  }

  #close(outcome: 'completed' | 'failed' | 'stopped'): void {
    const { running } = this.state;
    if (!running) throw new Error('No turn runs.');
    const { turnId, promptId } = running;
    const hex = this.#chance.uuid().replaceAll('-', '');
    const files = [
      { path: filePath(this.#chance), status: 'modified', additions: 12, deletions: 3, binary: false },
    ];
    const shas = { baseSha: 'a'.repeat(40), headSha: `${hex}${hex.slice(0, 8)}` };
    this.#report(this.#stepFinished());
    this.#report({ kind: 'diff.changed', turnId, ...shas, files, patch: null, bundle: null });
    const reason = outcome === 'failed' ? { code: 'model_unavailable', message: 'The model is away.' } : null;
    this.#report({ kind: 'prompt.finished', promptId, turnId, outcome, reason });
  }

  #turnId(): string {
    const { running } = this.state;
    if (!running) throw new Error('No turn runs.');
    return running.turnId;
  }

  #partId(): string {
    return `prt_${String(++this.#parts).padStart(6, '0')}`;
  }

  #wait(ms: number): void {
    this.#atMs += ms;
  }

  #command(command: Command, actor: Actor): void {
    const decision = decide(this.state, { command, actor }, { turnId: this.#freshTurn() });
    if (!decision.ok) throw new Error(decision.refusal.message);
    this.#add(decision.events, decision.state);
  }

  /** Parsed as on the way in, so that fields which have a default may be left out. */
  #report(event: object, actor: Actor = AGENT): void {
    const followed = follow(this.state, [{ actor, event: parseEvent(event) }], { turnId: this.#freshTurn() });
    this.#add(followed.events, followed.state);
  }

  #freshTurn(): TurnId {
    return TurnId.parse(this.#chance.uuid());
  }

  #add(decided: readonly DecidedEvent[], state: SessionState): void {
    for (const { event, actor } of decided) {
      this.#wait(this.#chance.between(5, 400));
      const seq = this.#firstSeq + this.events.length;
      this.events.push({ seq, at: new Date(this.#atMs).toISOString(), actor, event });
    }
    this.state = state;
  }
}

const CREATE: Extract<Command, { type: 'create' }> = {
  type: 'create',
  title: 'Rounding in the cart',
  repository: { kind: 'demo', name: 'acme/web', url: 'https://example.test/web.git' },
  baseBranch: 'main',
  branch: 'dispatch/rounding',
  model: { id: 'stand-in', label: 'Stand-in', standIn: true },
};

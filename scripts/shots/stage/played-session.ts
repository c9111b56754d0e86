import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { createCaller } from '@/api/root';
import type { SandboxPhase, SessionEvent } from '@/domain/events/session-event';
import { CommandId, PromptId, RepositoryId, SessionId, type TurnId } from '@/domain/ids';
import {
  type Checkpoint,
  type Delta,
  MAX_SYNC_EVENTS,
  SyncResponse,
  type UploadRequest,
  UploadResponse,
} from '@/domain/wire/bridge';
import { SessionState } from '@/domain/session/state';
import type { Caller } from '@/services/caller';
import { makeSandboxToken } from '@/services/sandboxes/sandbox-token';
import type { Cast } from './cast';
import type { Stage } from './open-stage';

/** An event as a bridge sends it: what has a default may be left out. */
export type Said = z.input<typeof SessionEvent>;

const START: readonly SandboxPhase[] = ['cloning', 'agent_starting', 'ready'];

/** A session whose sandbox is played: everything it reports goes through the app's own door for bridges. */
export class PlayedSession {
  readonly stage: Stage;
  readonly cast: Cast;
  readonly id: SessionId;
  readonly #bootId = randomUUID();
  #sent = 0;
  readonly #noted: Said[] = [];
  /** Which life of the sandbox is played, and its token. */
  #life: { epoch: number; token: string } | null = null;

  private constructor(stage: Stage, cast: Cast, id: SessionId) {
    this.stage = stage;
    this.cast = cast;
    this.id = id;
  }

  /** A new session. With a first prompt, a sandbox is asked for; without one it waits. */
  static async open(
    { stage, cast }: { stage: Stage; cast: Cast },
    { text, by = cast.people.ada }: { text?: string; by?: Caller } = {},
  ): Promise<PlayedSession> {
    const played = new PlayedSession(stage, cast, SessionId.parse(randomUUID()));
    await played.as(by).sessions.create({
      ...{ sessionId: played.id, commandId: newCommandId() },
      repository: { id: RepositoryId.parse(cast.repositoryId) },
      ...(text === undefined ? {} : { prompt: { promptId: newPromptId(), text } }),
    });
    await played.#hold();
    return played;
  }

  get path(): string {
    return `/s/${this.id}`;
  }

  /** The procedures, as this person. */
  as(caller: Caller): ReturnType<typeof createCaller> {
    return createCaller({ deps: this.stage.deps, caller, bearer: null });
  }

  /** Lets the sandbox that was asked for boot. */
  async boot(): Promise<void> {
    await this.stage.deps.drain();
    this.#life = null;
    await this.#hold();
  }

  /** Lets it come up all the way, and the first prompt be delivered. */
  async start(): Promise<TurnId> {
    await this.boot();
    for (const phase of START) await this.phase(phase);
    return this.deliver();
  }

  async phase(phase: SandboxPhase, reason: { code: string; message: string } | null = null): Promise<void> {
    const { epoch } = await this.row();
    await this.say({ kind: 'sandbox.phase', epoch, phase, isolation: null, reason });
  }

  /** The agent takes the prompt whose turn it is. */
  async deliver(): Promise<TurnId> {
    const { promptId, turnId } = await this.running();
    await this.say({ kind: 'prompt.delivered', promptId, turnId });
    return turnId;
  }

  async running(): Promise<{ promptId: PromptId; turnId: TurnId }> {
    const { running } = (await this.row()).state;
    if (!running) throw new Error('No turn runs in this session.');
    return running;
  }

  /** Somebody sends another prompt: it waits while a turn runs. */
  async prompt(text: string, by: Caller): Promise<PromptId> {
    const promptId = newPromptId();
    const ids = { sessionId: this.id, commandId: newCommandId(), promptId };
    await this.as(by).prompts.send({ ...ids, text });
    await this.#hold();
    return promptId;
  }

  /** Keeps events to be reported, in their order, together with those that come. */
  note(...events: readonly Said[]): void {
    this.#noted.push(...events);
  }

  /** Reports events in their order, after those that were noted. */
  async say(...said: readonly Said[]): Promise<void> {
    const events = [...this.#noted.splice(0), ...said];
    for (let at = 0; at < events.length; at += MAX_SYNC_EVENTS) {
      const batch = events.slice(at, at + MAX_SYNC_EVENTS);
      await this.#sync({ events: batch });
      this.#sent += batch.length;
    }
    await this.#hold();
  }

  /** Text as it is being written: seen by who watches. */
  async write(...deltas: Delta[]): Promise<void> {
    await this.#sayNoted();
    await this.#sync({ deltas });
  }

  /** Text so far, for who comes later. */
  async store(...checkpoints: Checkpoint[]): Promise<void> {
    await this.#sayNoted();
    await this.#sync({ checkpoints });
    await this.#hold();
  }

  /** Puts an object into the blob store, as a bridge does. */
  async upload(
    kind: UploadRequest['kind'],
    body: string | Uint8Array,
  ): Promise<{ key: string; sizeBytes: number }> {
    const bytes = Buffer.from(body);
    const contentType = kind === 'bundle' ? 'application/octet-stream' : 'text/plain';
    const asked: UploadRequest = { turnId: null, kind, sizeBytes: bytes.byteLength, contentType };
    const { key, url, headers } = UploadResponse.parse(await this.#post('/api/sandbox/uploads', asked));
    const response = await fetch(url, { method: 'PUT', headers, body: bytes });
    if (!response.ok) throw new Error(`The blob store answered ${response.status}.`);
    return { key, sizeBytes: bytes.byteLength };
  }

  /** Spreads what happened so far over the last `seconds`, since all of it was written in one moment. */
  async spread(seconds: number): Promise<void> {
    await this.#sayNoted();
    const { db } = this.stage.deps;
    await db.$executeRaw`
      UPDATE event SET at = now() - make_interval(secs => ${seconds}::float8 *
        (1 - seq::float8 / (SELECT last_seq FROM session WHERE id = ${this.id}::uuid)))
      WHERE session_id = ${this.id}::uuid`;
    await db.$executeRaw`
      UPDATE session SET created_at = now() - make_interval(secs => ${seconds}::float8) WHERE id = ${this.id}::uuid`;
  }

  /** The session's row, as far as a bridge and a scene need it. */
  async row(): Promise<{ epoch: number; state: SessionState }> {
    const row = await this.stage.deps.db.session.findUniqueOrThrow({ where: { id: this.id } });
    return { epoch: row.epoch, state: SessionState.parse(row.state) };
  }

  async #sync(said: {
    events?: readonly Said[];
    deltas?: Delta[];
    checkpoints?: Checkpoint[];
  }): Promise<void> {
    const { epoch } = await this.#ownLife();
    const frame = { epoch, bootId: this.#bootId, first: this.#sent + 1, inFlight: null, ackedCommand: 0 };
    const answer = await this.#post('/api/sandbox/sync', {
      ...{ ...frame, events: [], deltas: [], checkpoints: [] },
      ...said,
    });
    SyncResponse.parse(answer);
  }

  async #post(path: string, body: object): Promise<unknown> {
    const { token } = await this.#ownLife();
    const response = await fetch(`${this.stage.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async #sayNoted(): Promise<void> {
    if (this.#noted.length > 0) await this.say();
  }

  async #ownLife(): Promise<{ epoch: number; token: string }> {
    if (this.#life) return this.#life;
    const { epoch } = await this.row();
    const token = makeSandboxToken(this.stage.deps.signer, { sessionId: this.id, epoch });
    return (this.#life = { epoch, token });
  }

  /** Nobody looks for this sandbox: it is not there, and the app's sweep would find out. */
  async #hold(): Promise<void> {
    await this.stage.deps.db.session.update({ where: { id: this.id }, data: { deadlineAt: null } });
  }
}

const newCommandId = (): CommandId => CommandId.parse(randomUUID());
const newPromptId = (): PromptId => PromptId.parse(randomUUID());

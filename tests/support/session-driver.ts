import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { EventKind, EventOf } from '@/domain/events/session-event';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import type { Api, RunningStack } from './running-stack';

const PLAYGROUND = 'acme/playground';
const LOOK_EVERY_MS = 150;

const newCommandId = (): CommandId => CommandId.parse(randomUUID());
const newPromptId = (): PromptId => PromptId.parse(randomUUID());

/** One session as a program sees it: its whole log, fetched as it grows. */
export class SessionDriver {
  readonly events: LoggedEvent[] = [];
  readonly #api: Api;
  readonly id: SessionId;

  constructor(api: Api, id: SessionId) {
    this.#api = api;
    this.id = id;
  }

  /** Opens a session on the playground, or on another repository, with a first prompt. */
  static async open(
    { stack, api }: { stack: RunningStack; api: Api },
    text: string,
    address = `${stack.githubUrl}/${PLAYGROUND}.git`,
  ): Promise<{ session: SessionDriver; promptId: PromptId }> {
    const sessionId = SessionId.parse(randomUUID());
    const promptId = newPromptId();
    await api.sessions.create.mutate({
      sessionId,
      commandId: newCommandId(),
      repository: { address },
      prompt: { promptId, text },
    });
    return { session: new SessionDriver(api, sessionId), promptId };
  }

  async send(text: string): Promise<PromptId> {
    const promptId = newPromptId();
    await this.#api.prompts.send.mutate({ sessionId: this.id, commandId: newCommandId(), promptId, text });
    return promptId;
  }

  async stop(): Promise<void> {
    const turnId = this.last('prompt.started')?.turnId;
    if (!turnId) throw new Error('no turn was started');
    await this.#api.turns.stop.mutate({ sessionId: this.id, commandId: newCommandId(), turnId });
  }

  async retry(promptId: PromptId): Promise<void> {
    await this.#api.prompts.retry.mutate({ sessionId: this.id, commandId: newCommandId(), promptId });
  }

  last<K extends EventKind>(kind: K): EventOf<K> | undefined {
    return this.all(kind).at(-1);
  }

  all<K extends EventKind>(kind: K): EventOf<K>[] {
    return this.events.map(({ event }) => event).filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** Fetches what is new. A server that restarts just now is asked again. */
  async fetch(): Promise<void> {
    for (;;) {
      const after = this.events.at(-1)?.seq ?? 0;
      try {
        const page = await this.#api.events.after.query({ sessionId: this.id, after, limit: 500 });
        this.events.push(...page.events);
        if ((this.events.at(-1)?.seq ?? 0) >= page.head) return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  /** Resolves with the first event that fits, of those that are there and those that come. */
  async until(fits: (logged: LoggedEvent) => boolean, timeoutMs = 90_000): Promise<LoggedEvent> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      await this.fetch();
      const found = this.events.find(fits);
      if (found) return found;
      if (Date.now() > until) throw new Error(`it did not come to pass; the log so far:\n${this.summary()}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  async untilFinished(promptId: PromptId, attempt = 1): Promise<EventOf<'prompt.finished'>> {
    const ends = (logged: LoggedEvent): boolean =>
      logged.event.kind === 'prompt.finished' && logged.event.promptId === promptId;
    await this.until(
      (logged) =>
        ends(logged) &&
        this.events.filter((other) => other.seq <= logged.seq && ends(other)).length === attempt,
    );
    const finished = this.all('prompt.finished').filter((event) => event.promptId === promptId)[attempt - 1];
    if (!finished) throw new Error('the prompt did not finish');
    return finished;
  }

  summary(): string {
    return this.events.map(({ seq, event }) => `${seq} ${JSON.stringify(event).slice(0, 200)}`).join('\n');
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return true;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('httpStatus' in data)) return true;
  return Number(data.httpStatus) >= 500;
}

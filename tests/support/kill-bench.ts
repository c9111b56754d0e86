import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventKind, EventOf, SessionEvent } from '@/domain/events/session-event';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import type { BridgeCommand } from '@/domain/wire/bridge';
import { Hand } from '../../chaos/clients/hand';
import { untilAnswered } from '../../chaos/clients/watcher';
import { checkLog } from '../../chaos/count/check-log';
import { DONE_FILE } from '../../chaos/count/check-agent';
import { type Finding, Findings } from '../../chaos/count/finding';
import { readStored } from '../../chaos/count/server-log';
import { type Held, hold, holdAnswer } from '../../chaos/network/hold';
import { handedOver, reportedIn, riding, ringWith } from '../../chaos/world/frames';
import { signal } from '../../chaos/world/processes';
import type { SandboxPart } from '../../chaos/world/sandboxes';
import { startWorld, type World } from '../../chaos/world/world';

/** The ways by which a bridge is handed a command. */
export const HAND_OVERS = ['ring', 'answer'] as const;
export type HandOver = (typeof HAND_OVERS)[number];
/** What hands it over and stands still: dropped, it never arrives. */
export type HeldHandOver = Pick<Held, 'drop'>;

const LOOK_EVERY_MS = 40;

/** A supervisor starts what dies ever later and gives a sandbox up after five deaths in five minutes; here are more. */
const PATIENT = [
  { program: 'supervisor', find: 'MAX_DEATHS = 5', replace: 'MAX_DEATHS = 500' },
  { program: 'supervisor', find: 'LONGEST_DELAY_MS = 5e3', replace: 'LONGEST_DELAY_MS = 200' },
] as const;

/** One session on the real agent, in a world whose every exchange can be stopped at any point. */
export class KillBench {
  readonly world: World;
  readonly hand: Hand;
  readonly id: SessionId;
  #prompts = 0;

  private constructor(world: World, hand: Hand, id: SessionId) {
    this.world = world;
    this.hand = hand;
    this.id = id;
  }

  static async start(): Promise<KillBench> {
    const world = await startWorld({ app: 'routes', patches: PATIENT, say: () => undefined });
    const hand = new Hand(world.url, world.people[0]?.token ?? '');
    const sessionId = SessionId.parse(randomUUID());
    const commandId = CommandId.parse(randomUUID());
    const repository = { address: world.repositories.real };
    await untilAnswered(() =>
      hand.api.call((client) => client.sessions.create.mutate({ sessionId, commandId, repository })),
    );
    return new KillBench(world, hand, sessionId);
  }

  /** A marker that no other prompt has; the model finds its script by it, and the work names it. */
  newMarker(): string {
    this.#prompts += 1;
    return `mark${this.#prompts}x`;
  }

  /** A command that leaves one line behind each time that it runs. */
  leaveLine(marker: string): { command: string; description: string } {
    return { command: `echo ${marker} >> ${DONE_FILE}`, description: 'Leave a line' };
  }

  /** How often the work of a prompt was done. */
  done(marker: string): number {
    const file = join(this.world.sandboxes.diskOf(this.id), 'workspace/real', DONE_FILE);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line === marker).length;
  }

  /** Sends a prompt; resolves when it is taken. */
  async send(marker: string): Promise<PromptId> {
    const promptId = PromptId.parse(randomUUID());
    await this.give(promptId, marker);
    return promptId;
  }

  give(promptId: PromptId, marker: string): Promise<unknown> {
    const text = `Do ${marker}`;
    return this.hand.give('send', promptId, (client, commandId) =>
      client.prompts.send.mutate({ sessionId: this.id, commandId, promptId, text }),
    );
  }

  async steer(text: string): Promise<PromptId> {
    const promptId = PromptId.parse(randomUUID());
    const { turnId } = (await this.all('prompt.started')).at(-1)!;
    await this.hand.give('steer', promptId, (client, commandId) =>
      client.prompts.steer.mutate({ sessionId: this.id, commandId, promptId, turnId, text }),
    );
    return promptId;
  }

  async answer({ askId }: EventOf<'ask.opened'>, words: string): Promise<void> {
    const promptId = PromptId.parse(randomUUID());
    await this.hand.give('answer', null, (client, commandId) =>
      client.asks.answer.mutate({
        ...{ sessionId: this.id, commandId, askId, promptId },
        answer: { type: 'question', answers: [[words]] },
      }),
    );
  }

  async retry(promptId: PromptId): Promise<void> {
    await this.hand.give('retry', promptId, (client, commandId) =>
      client.prompts.retry.mutate({ sessionId: this.id, commandId, promptId }),
    );
  }

  async events(): Promise<SessionEvent[]> {
    const { events } = await readStored(this.world.database, this.id);
    return events.map(({ event }) => event);
  }

  async all<K extends EventKind>(kind: K): Promise<EventOf<K>[]> {
    return (await this.events()).filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** Resolves with the n-th such event, of those that are there and those that come. */
  async until<K extends EventKind>(
    kind: K,
    fits: (event: EventOf<K>) => boolean = () => true,
    n = 1,
  ): Promise<EventOf<K>> {
    for (;;) {
      const found = (await this.all(kind)).filter(fits)[n - 1];
      if (found) return found;
      await delay(LOOK_EVERY_MS);
    }
  }

  finished(promptId: PromptId, attempt = 1): Promise<EventOf<'prompt.finished'>> {
    return this.until('prompt.finished', (event) => event.promptId === promptId, attempt);
  }

  /** The texts that a turn left, in order. */
  async texts(turnId: string | null): Promise<string[]> {
    return (await this.all('part.finished')).flatMap(({ turnId: of, part }) =>
      of === turnId && part.type === 'text' ? [part.text] : [],
    );
  }

  /** The text of a turn as far as it was stored while it was written. */
  async storedText(turnId: string): Promise<string> {
    const rows = await this.world.database.ask<{ text: string }>(
      'SELECT text FROM part_text WHERE session_id = $1 AND turn_id = $2',
      [this.id, turnId],
    );
    return rows.map(({ text }) => text).join();
  }

  /** Holds the first request that reports such an event: before the app has it, or when it is stored and unanswered. */
  holdReport(point: 'before' | 'after', fits: (event: SessionEvent) => boolean): Promise<Held> {
    return hold(this.world.appProxy, point, (passing) => reportedIn(passing).some(fits));
  }

  /**
   * Holds the first message or answer that hands such a command over: the ring that it rides along with, or, where rings
   * carry nothing, the answer of a sync.
   */
  async holdHandOver(way: HandOver, fits: (command: BridgeCommand) => boolean): Promise<HeldHandOver> {
    const { realtimeProxy, appProxy } = this.world;
    const { fate } = realtimeProxy;
    if (way === 'answer') {
      realtimeProxy.fate = (message, send) => {
        fate({ ...message, frame: ringWith(message, []) ?? message.frame }, send);
      };
      const held = await holdAnswer(appProxy, (passing, answer) => handedOver(passing, answer).some(fits));
      realtimeProxy.fate = fate;
      return held;
    }
    return new Promise((reached) => {
      realtimeProxy.fate = (message, send) => {
        if (!riding(message).some(fits)) {
          fate(message, send);
          return;
        }
        realtimeProxy.fate = fate;
        reached({ drop: () => undefined });
      };
    });
  }

  pids(part: SandboxPart): number[] {
    return this.world.sandboxes.pids(this.id, part);
  }

  /** Kills it with no chance to say goodbye. A test that kills nobody shows nothing. */
  kill(part: SandboxPart): void {
    if (signal(this.pids(part), 'SIGKILL') === 0) throw new Error(`there is no ${part} to kill`);
  }

  /** The agent stands still until the answer is called; whatever is sent to it waits. */
  freezeAgent(): () => void {
    const pids = this.pids('agent');
    if (signal(pids, 'SIGSTOP') === 0) throw new Error('there is no agent to freeze');
    return () => void signal(pids, 'SIGCONT');
  }

  /** Resolves when the bridge has written such a line: what it is about to do, it notes first. */
  async untilNoted(text: RegExp): Promise<void> {
    const state = join(this.world.sandboxes.diskOf(this.id), 'state');
    const isNoted = (): boolean =>
      readdirSync(state).some(
        (name) => /^outbox-\d+\.jsonl$/.test(name) && text.test(read(join(state, name))),
      );
    while (!isNoted()) await delay(LOOK_EVERY_MS);
  }

  /** The end of the log, for whoever looks for what went wrong. */
  async story(): Promise<string> {
    const events = await this.events();
    return events
      .slice(-40)
      .map((event) => JSON.stringify(event).slice(0, 220))
      .join('\n');
  }

  /** Stops what a failed test left running, so that the next one shows something of its own. */
  async comeToRest(): Promise<void> {
    for (const { turnId, promptId } of await this.all('prompt.started')) {
      const isOver = (await this.all('prompt.finished')).some((event) => event.turnId === turnId);
      if (isOver) continue;
      await this.hand.give('stop', null, (client, commandId) =>
        client.turns.stop.mutate({ sessionId: this.id, commandId, turnId }),
      );
      await this.until('prompt.finished', (event) => event.promptId === promptId && event.turnId === turnId);
    }
  }

  /** What is wrong with the log: a gap, something twice, somebody who waits, or rows that say something else. */
  async flaws(): Promise<Finding[]> {
    const findings = new Findings('session');
    checkLog(await readStored(this.world.database, this.id), findings);
    return findings.all;
  }

  stop(): Promise<void> {
    return this.world.stop();
  }
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

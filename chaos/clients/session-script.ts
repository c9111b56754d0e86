import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AskAnswer } from '@/domain/events/ask';
import { PromptId, type SessionId } from '@/domain/ids';
import type { AskItem, PromptItem, TimelineItem } from '@/domain/timeline/items';
import { wordsOf } from '../agent/agent-log';
import { REPLAYABLE } from '../agent/recordings';
import type { Dice } from '../dice';
import type { REPOSITORIES } from '../world/sandboxes';
import type { Hand } from './hand';
import type { Watcher } from './watcher';

export interface ScriptOptions {
  sessionId: SessionId;
  /** Short and unique in the run; markers begin with it. */
  name: string;
  agent: keyof typeof REPOSITORIES;
  hands: readonly [Hand, ...Hand[]];
  /** The people decide by what this one shows, as late or wrong as it may be. */
  watcher: Watcher;
  dice: Dice;
  /** How many prompts are sent in all. */
  prompts: number;
}

type Act = () => Promise<unknown>;

/** How often somebody does something. */
const PAUSE_MS: readonly [number, number] = [120, 900];

/** What people do in one session, in an order that the dice choose: they speak, change their minds, answer and stop. */
export class SessionScript {
  readonly #options: ScriptOptions;
  /** Text markers by prompt, for those that were ever wanted. */
  readonly markers = new Map<PromptId, string>();
  #sent = 0;
  #underWay = new Set<Promise<unknown>>();

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  get isAllSent(): boolean {
    return this.#sent >= this.#options.prompts;
  }

  /** Acts until the time is up. What was begun may still be under way then: see `settled`. */
  async run(untilMs: number): Promise<void> {
    const { dice } = this.#options;
    while (Date.now() < untilMs) {
      const act = this.#choose();
      if (act) this.#begin(act);
      await delay(dice.between(...PAUSE_MS));
    }
  }

  /** Whether everything that was wanted has an answer. */
  get isSettled(): boolean {
    return this.#underWay.size === 0;
  }

  /** Answers what the agent waits for, so that its turns can end. */
  answerOpen(): void {
    for (const ask of this.#items('ask')) {
      if (ask.status === 'open') this.#begin(() => this.#answer(ask, this.#hand()));
    }
  }

  /** Takes back what waits but for the first few, so that a session comes to rest with what runs. */
  withdrawWaiting({ butFor }: { butFor: number }): void {
    const { sessionId } = this.#options;
    const waiting = this.#items('prompt').filter(({ status }) => status === 'waiting');
    for (const { promptId } of waiting.slice(butFor)) {
      this.#begin(() =>
        this.#hand().give('withdraw', promptId, (client, commandId) =>
          client.prompts.withdraw.mutate({ sessionId, commandId, promptId }),
        ),
      );
    }
  }

  #begin(act: Act): void {
    const doing = act().finally(() => this.#underWay.delete(doing));
    this.#underWay.add(doing);
  }

  #items<T extends TimelineItem['type']>(type: T): Extract<TimelineItem, { type: T }>[] {
    return this.#options.watcher.snapshot.items.filter(
      (item): item is Extract<TimelineItem, { type: T }> => item.type === type,
    );
  }

  #hand(): Hand {
    return this.#options.dice.pick(this.#options.hands);
  }

  #choose(): Act | null {
    const { dice } = this.#options;
    const prompts = this.#items('prompt');
    const running = prompts.find(({ status }) => status === 'running');
    const waiting = prompts.filter(({ status }) => status === 'waiting');
    const open = this.#items('ask').filter(({ status }) => status === 'open');
    const ended = prompts.filter(({ status }) => ['failed', 'stopped', 'interrupted'].includes(status));
    const isMoreToSay = !this.isAllSent;
    if (!running && waiting.length === 0 && isMoreToSay) return () => this.#send();
    const choices: (readonly [Act | null, number])[] = [
      [null, 4],
      ...(isMoreToSay && waiting.length < 3 ? [[() => this.#send(), 4] as const] : []),
      ...(running ? this.#toRunning(running) : []),
      ...(waiting.length > 0 ? this.#toWaiting(dice.pick(waiting)) : []),
      ...(ended.length > 0 ? [[() => this.#retry(dice.pick(ended)), 1.5] as const] : []),
      ...open.map((ask) => [() => this.#answerTogether(ask), 4] as const),
      [() => this.#rename(), 0.2],
    ];
    return dice.weighted(choices);
  }

  #toRunning(running: PromptItem): (readonly [Act, number])[] {
    const { turnId } = running;
    if (turnId === null) return [];
    const { sessionId } = this.#options;
    const stop: Act = () =>
      this.#hand().give('stop', null, (client, commandId) =>
        client.turns.stop.mutate({ sessionId, commandId, turnId }),
      );
    return [
      [() => this.#say('steer', turnId), 1.5],
      [stop, 0.4],
      ...(this.isAllSent ? [] : [[() => this.#say('interrupt', turnId), 0.6] as const]),
    ];
  }

  #toWaiting({ promptId }: PromptItem): (readonly [Act, number])[] {
    const { sessionId, dice } = this.#options;
    const position = dice.whole(0, 2);
    const marker = this.markers.get(promptId);
    const text = marker === undefined ? 'Edited by somebody.' : `${this.#words(marker)} Edited.`;
    const about = { sessionId, promptId };
    return [
      [
        () =>
          this.#hand().give('edit', promptId, (client, commandId) =>
            client.prompts.edit.mutate({ ...about, commandId, text }),
          ),
        0.8,
      ],
      [
        () =>
          this.#hand().give('withdraw', promptId, (client, commandId) =>
            client.prompts.withdraw.mutate({ ...about, commandId }),
          ),
        0.4,
      ],
      [
        () =>
          this.#hand().give('promote', promptId, (client, commandId) =>
            client.prompts.promote.mutate({ ...about, commandId, position }),
          ),
        0.6,
      ],
    ];
  }

  #send(): Promise<unknown> {
    const { sessionId } = this.#options;
    const { promptId, text } = this.#newPrompt();
    return this.#hand().give('send', promptId, (client, commandId) =>
      client.prompts.send.mutate({ sessionId, commandId, promptId, text }),
    );
  }

  /** A prompt that stops the running one, or words for it. */
  #say(how: 'steer' | 'interrupt', turnId: NonNullable<PromptItem['turnId']>): Promise<unknown> {
    const { sessionId } = this.#options;
    const prompt = how === 'interrupt' ? this.#newPrompt() : this.#newSteer();
    return this.#hand().give(how, prompt.promptId, (client, commandId) =>
      client.prompts[how].mutate({ sessionId, commandId, turnId, ...prompt }),
    );
  }

  #retry({ promptId }: PromptItem): Promise<unknown> {
    const { sessionId } = this.#options;
    return this.#hand().give('retry', promptId, (client, commandId) =>
      client.prompts.retry.mutate({ sessionId, commandId, promptId }),
    );
  }

  #rename(): Promise<unknown> {
    const { sessionId, dice } = this.#options;
    const title = `Chaos ${dice.whole(1, 1_000)}`;
    return this.#hand().give('rename', null, (client, commandId) =>
      client.sessions.rename.mutate({ sessionId, commandId, title }),
    );
  }

  /** Now and then two people answer at once: one of them wins. */
  async #answerTogether(ask: AskItem): Promise<void> {
    const { hands, dice } = this.#options;
    const together = dice.chance(0.3) ? hands.slice(0, 2) : [this.#hand()];
    await Promise.all(together.map((hand) => this.#answer(ask, hand)));
  }

  #answer({ askId, ask }: AskItem, hand: Hand): Promise<unknown> {
    const { sessionId, dice } = this.#options;
    const answer: AskAnswer =
      ask.type === 'permission'
        ? { type: 'permission', reply: dice.pick(['once', 'always', 'reject']), message: 'As you like.' }
        : { type: 'question', answers: ask.questions.map(({ options }) => [options[0]?.label ?? 'Yes']) };
    const promptId = PromptId.parse(randomUUID());
    return hand.give('answer', null, (client, commandId) =>
      client.asks.answer.mutate({ sessionId, commandId, askId, answer, promptId }),
    );
  }

  #newPrompt(): { promptId: PromptId; text: string } {
    const marker = `${this.#options.name}p${this.#sent}`;
    this.#sent += 1;
    const promptId = PromptId.parse(randomUUID());
    this.markers.set(promptId, marker);
    return { promptId, text: this.#words(marker) };
  }

  #newSteer(): { promptId: PromptId; text: string } {
    const promptId = PromptId.parse(randomUUID());
    return { promptId, text: `And mind this. [[s:${promptId.slice(0, 8)}]]` };
  }

  #words(marker: string): string {
    const { agent, dice } = this.#options;
    if (agent === 'real') return `Do it. [[p:${marker}]]`;
    const play = Array.from({ length: dice.whole(1, 3) }, () => dice.pick(REPLAYABLE));
    const [paceMs, volume] = [dice.whole(2, 25), dice.whole(1, 6)];
    return wordsOf({ marker, play, paceMs, volume, waitMs: dice.whole(0, 1_500) });
  }
}

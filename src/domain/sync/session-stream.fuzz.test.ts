import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLog } from '@/testing/any-session';
import { SESSION_ID } from '@/testing/event-log';
import { SimulatedSession, type SimulatedClient, type Weather } from '@/testing/simulated-session';
import { seededRandom, VirtualTime } from '@/testing/virtual-time';
import type { LoggedEvent } from '../events/logged-event';
import type { PartId, TurnId } from '../ids';
import type { TimelineItem } from '../timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '../timeline/timeline';
import { SessionStream } from './session-stream';

const BAD: Weather = { drop: 0.05, double: 0.1, oversize: 0.05, fail: 0.1, delayMs: 1_500 };
const CALM: Weather = { drop: 0.02, double: 0.02, oversize: 0.05, fail: 0.02, delayMs: 60 };

/** Longer than the longest watchdog and the longest wait between retries. */
const HEALED_MS = 420_000;

function shown(log: readonly LoggedEvent[]): readonly TimelineItem[] {
  return itemsOf(addEvents(EMPTY_TIMELINE, log));
}

/** What each part has to end up as: what its end says, or something made up when it never ends. */
function fullTexts(log: readonly LoggedEvent[]): Map<PartId, string> {
  const texts = new Map<PartId, string>();
  for (const { event } of log) {
    if (event.kind === 'part.started') texts.set(event.partId, `begun ${event.partId} `.repeat(9));
    if (event.kind === 'part.finished' && 'text' in event.part) texts.set(event.partId, event.part.text);
  }
  return texts;
}

interface OpenPart {
  turnId: TurnId;
  /** How much of its text was sent. */
  sent: number;
  isTool: boolean;
  isRunning: boolean;
}

/** Plays a log as a bridge and a server would: events at odd moments, text of open parts in between. */
class Play {
  readonly time: VirtualTime;
  readonly session: SimulatedSession;
  readonly #random: () => number;
  readonly #texts: Map<PartId, string>;
  readonly #open = new Map<PartId, OpenPart>();
  readonly #log: readonly LoggedEvent[];

  constructor({ log, seed, weather }: { log: readonly LoggedEvent[]; seed: number; weather: Weather }) {
    this.time = new VirtualTime(seed);
    this.session = new SimulatedSession(this.time, weather);
    this.#random = seededRandom(seed + 1);
    this.#texts = fullTexts(log);
    this.#log = log;
  }

  /** Everything happens; `between` runs before each event. */
  async run(between: (at: number) => void): Promise<void> {
    let at = 0;
    while (at < this.#log.length) {
      between(at);
      const burst = this.#random() < 0.2 ? 4 : 1;
      this.#commit(this.#log.slice(at, at + burst));
      at += burst;
      const rounds = Math.floor(this.#random() * 4);
      for (let round = 0; round < rounds; round += 1) {
        this.#write();
        await this.time.pass(this.#random() * 400);
      }
    }
    for (const partId of this.#open.keys()) this.#store(partId);
    if (this.#random() < 0.7) this.session.hint();
  }

  /** The text that a part has so far; undefined for one that ended. */
  written(partId: PartId): string | undefined {
    const open = this.#open.get(partId);
    return open && this.#texts.get(partId)?.slice(0, open.sent);
  }

  fullText(partId: PartId): string {
    return this.#texts.get(partId) ?? '';
  }

  openParts(): PartId[] {
    return [...this.#open.keys()];
  }

  #commit(events: readonly LoggedEvent[]): void {
    for (const { event } of events) {
      if (event.kind === 'part.started') {
        const isTool = event.part.type === 'tool';
        this.#open.set(event.partId, { turnId: event.turnId, sent: 0, isTool, isRunning: true });
      } else if (event.kind === 'part.finished') this.#open.delete(event.partId);
      else if (event.kind === 'prompt.finished') this.#endTurn(event.turnId);
    }
    this.session.commit(...events);
  }

  /** The last of its text is stored before a turn's end is told. */
  #endTurn(turnId: TurnId | null): void {
    for (const [partId, part] of this.#open) {
      if (part.turnId !== turnId) continue;
      part.isRunning = false;
      this.#store(partId);
    }
  }

  #write(): void {
    for (const [partId, part] of this.#open) {
      if (!part.isRunning) continue;
      const { turnId, sent } = part;
      const full = this.#texts.get(partId) ?? '';
      part.sent = Math.min(full.length, sent + Math.floor(this.#random() * 20));
      const offset = part.isTool ? 0 : sent;
      this.session.sendDelta({ turnId, partId, offset, text: full.slice(offset, part.sent) });
      if (this.#random() < 0.3) this.#store(partId);
    }
  }

  #store(partId: PartId): void {
    this.session.texts.set(partId, this.written(partId) ?? '');
  }
}

/** One client, with a reader that checks what it is shown at each change. */
class Viewer {
  readonly network: SimulatedClient;
  readonly stream: SessionStream;
  readonly wrong: string[] = [];
  #appliedSeq = 0;

  constructor(play: Play, pageEvents: number) {
    this.network = play.session.join({ pageEvents });
    this.stream = new SessionStream({
      sessionId: SESSION_ID,
      source: this.network,
      realtime: this.network,
      scheduler: play.time,
    });
    this.stream.subscribe(() => this.#look(play));
    this.stream.start();
  }

  #look(play: Play): void {
    const { appliedSeq, items, gaps, live } = this.stream.getSnapshot();
    if (appliedSeq < this.#appliedSeq) this.wrong.push(`went back from ${this.#appliedSeq} to ${appliedSeq}`);
    this.#appliedSeq = appliedSeq;
    if (gaps.length === 0 && play.time.random() < 0.05) {
      const expected = shown(play.session.log.slice(0, appliedSeq));
      if (JSON.stringify(items) !== JSON.stringify(expected)) this.wrong.push(`other items at ${appliedSeq}`);
    }
    for (const [partId, text] of live) {
      const written = play.fullText(partId);
      if (!written.startsWith(text)) this.wrong.push(`${partId} shows ${JSON.stringify(text)}`);
    }
  }
}

/** Trouble of one client's own: cuts, sleep, a wake-up. */
function disturb(viewer: Viewer, random: () => number): void {
  const { network, stream } = viewer;
  const dice = random();
  if (dice < 0.04) network.cut({ realtime: true });
  else if (dice < 0.08) network.cut({ realtime: true, requests: true });
  else if (dice < 0.16) network.restore();
  else if (dice < 0.18) stream.setVisible(false);
  else if (dice < 0.22) stream.setVisible(true);
  else if (dice < 0.23) stream.wake();
}

async function checkSession(
  log: readonly LoggedEvent[],
  { seed, weather }: { seed: number; weather: Weather },
) {
  const play = new Play({ log, seed, weather });
  const random = seededRandom(seed + 2);
  const viewers = [new Viewer(play, 7)];
  await play.run(() => {
    if (viewers.length < 4 && random() < 0.1) viewers.push(new Viewer(play, 1 + Math.floor(random() * 30)));
    if (random() < 0.02) play.session.changeAccess();
    for (const viewer of viewers) disturb(viewer, random);
  });
  for (const { network, stream } of viewers) {
    network.restore();
    stream.setVisible(true);
  }
  await play.time.pass(HEALED_MS);
  play.session.weather = { ...weather, fail: 0 };
  for (const { stream, wrong } of viewers) {
    while (stream.getSnapshot().gaps.length > 0) {
      const loaded = stream.loadOlder();
      await play.time.pass(10_000);
      await loaded;
    }
    await play.time.pass(20_000);
    const { items, appliedSeq, live, state } = stream.getSnapshot();
    expect({ appliedSeq, state: state.kind, wrong }).toEqual({
      appliedSeq: log.length,
      state: 'live',
      wrong: [],
    });
    expect(items).toEqual(shown(log));
    for (const partId of play.openParts()) expect(live.get(partId) ?? '').toBe(play.written(partId));
    expect([...live.keys()].filter((partId) => play.written(partId) === undefined)).toEqual([]);
    stream.stop();
  }
}

describe('a client in bad weather', () => {
  it.each([
    ['calm', CALM, 30],
    ['bad', BAD, 150],
  ])(
    'always ends with what the log says, in order and nothing twice: %s',
    async (_name, weather, numRuns) => {
      await fc.assert(
        fc.asyncProperty(anyLog({ maxSteps: 120 }), fc.nat(), (log, seed) =>
          checkSession(log, { seed, weather }),
        ),
        { numRuns },
      );
    },
    120_000,
  );
});

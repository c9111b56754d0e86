import { describe, expect, it } from 'vitest';
import { turnId } from '@/testing/event-log';
import { VirtualTime } from '@/testing/virtual-time';
import { type Outgoing, Outbox, type Speech } from './outbox';

const prompt = (text: string): Speech => ({ mode: 'queue', turnId: null, text, attachments: [] });

/** A server that can be away or refuse, and a browser that keeps things. */
class World {
  readonly time = new VirtualTime();
  readonly arrived: Outgoing[] = [];
  readonly kept = new Map<string, string>();
  behaviour: 'answers' | 'is away' | 'takes it and dies' | 'refuses' = 'answers';
  #ids = 0;

  open(): Outbox {
    const outbox = new Outbox({
      deliver: (outgoing) => this.#deliver(outgoing),
      refusalIn: (error) => (error instanceof RangeError ? error.message : null),
      newId: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`,
      scheduler: this.time,
      kept: {
        read: () => [...this.kept.values()],
        write: (id, text) => void this.kept.set(id, text),
        remove: (id) => void this.kept.delete(id),
      },
    });
    outbox.subscribe(() => undefined);
    return outbox;
  }

  #deliver(outgoing: Outgoing): Promise<void> {
    if (this.behaviour === 'refuses') return Promise.reject(new RangeError('The queue is full.'));
    if (this.behaviour !== 'is away') this.arrived.push(outgoing);
    return this.behaviour === 'answers' ? Promise.resolve() : Promise.reject(new Error('no network'));
  }

  get texts(): string[] {
    return this.arrived.map(({ text }) => text);
  }
}

describe('what somebody says', () => {
  it('is delivered in its order, and stays until the log has it', async () => {
    const world = new World();
    const outbox = world.open();
    outbox.say(prompt('one'));
    outbox.say(prompt('two'));
    await world.time.pass(0);
    expect(world.texts).toEqual(['one', 'two']);
    expect(outbox.getItems().map(({ state }) => state)).toEqual(['sent', 'sent']);
    outbox.drop(outbox.getItems()[0]!.promptId);
    expect(outbox.getItems()).toHaveLength(1);
  });

  it('waits while the server is away, and goes by itself when it is back', async () => {
    const world = new World();
    world.behaviour = 'is away';
    const outbox = world.open();
    outbox.say(prompt('one'));
    outbox.say(prompt('two'));
    await world.time.pass(120_000);
    expect(outbox.getItems().map(({ state }) => state)).toEqual(['waiting', 'sending']);
    world.behaviour = 'answers';
    await world.time.pass(20_000);
    expect(world.texts).toEqual(['one', 'two']);
  });

  it('goes at once when the connection is said to be back', async () => {
    const world = new World();
    world.behaviour = 'is away';
    const outbox = world.open();
    outbox.say(prompt('one'));
    await world.time.pass(600_000);
    world.behaviour = 'answers';
    outbox.wake();
    await world.time.pass(0);
    expect(world.texts).toEqual(['one']);
  });

  it('is the same prompt when its answer was lost, also after a reload', async () => {
    const world = new World();
    world.behaviour = 'takes it and dies';
    world.open().say(prompt('one'));
    await world.time.pass(0);
    world.behaviour = 'answers';
    world.open();
    await world.time.pass(0);
    expect(world.texts).toEqual(['one', 'one']);
    expect(new Set(world.arrived.map(({ commandId }) => commandId)).size).toBe(1);
    expect(new Set(world.arrived.map(({ promptId }) => promptId)).size).toBe(1);
    expect(world.kept.size).toBe(0);
  });

  it('that is refused says why, holds up nothing, and is not lost with the page', async () => {
    const world = new World();
    world.behaviour = 'refuses';
    const outbox = world.open();
    outbox.say({ ...prompt('use tabs'), mode: 'steer', turnId: turnId(1) });
    await world.time.pass(0);
    world.behaviour = 'answers';
    outbox.say(prompt('two'));
    await world.time.pass(0);
    expect(world.texts).toEqual(['two']);
    const again = world.open();
    expect(again.getItems()).toMatchObject([
      { state: 'refused', refusal: 'The queue is full.', text: 'use tabs' },
    ]);
    again.queueInstead(again.getItems()[0]!.promptId);
    await world.time.pass(0);
    expect(world.arrived.at(-1)).toMatchObject({ mode: 'queue', turnId: null, text: 'use tabs' });
    expect(new Set(world.arrived.map(({ commandId }) => commandId)).size).toBe(2);
  });

  it('in one tab is not taken away by another', async () => {
    const world = new World();
    world.behaviour = 'is away';
    const [one, two] = [world.open(), world.open()];
    one.say(prompt('one'));
    two.say(prompt('two'));
    await world.time.pass(0);
    two.drop(two.getItems()[0]!.promptId);
    expect(world.open().getItems()).toMatchObject([{ text: 'one' }]);
  });

  it('starts empty when what was kept is not readable', () => {
    const world = new World();
    for (const kept of ['{', '{"promptId":7}', '7']) world.kept.set(kept, kept);
    expect(world.open().getItems()).toEqual([]);
  });
});

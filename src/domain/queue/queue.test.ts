import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promptId } from '@/testing/event-log';
import type { QueuedPrompt } from '../session/state';
import { enqueue, enqueueFirst, isQueued, promote, remove } from './queue';

const prompt = (n: number): QueuedPrompt => ({ promptId: promptId(n), authorId: null, attempts: 0 });
const ids = (queue: readonly QueuedPrompt[]) => queue.map((item) => item.promptId);

const anyQueue = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 12 }).map((numbers) => numbers.map(prompt));
const anyPrompt = fc.nat({ max: 30 }).map(prompt);

describe('the queue', () => {
  it('takes a prompt once, at its end, and gives it back as it was', () => {
    fc.assert(
      fc.property(anyQueue, anyPrompt, (queue, added) => {
        const after = enqueue(queue, added);
        expect(isQueued(after, added.promptId)).toBe(true);
        expect(enqueue(after, added)).toEqual(after);
        if (isQueued(queue, added.promptId)) expect(after).toEqual(queue);
        else {
          expect(after.at(-1)).toEqual(added);
          expect(remove(after, added.promptId)).toEqual(queue);
        }
      }),
    );
  });

  it('puts a retry first and leaves the others in their order', () => {
    fc.assert(
      fc.property(anyQueue, anyPrompt, (queue, added) => {
        const after = enqueueFirst(queue, added);
        expect(after[0]).toEqual(added);
        expect(after.slice(1)).toEqual(remove(queue, added.promptId));
      }),
    );
  });

  it('moves a prompt to the wanted place, the last at most, and no other prompt past another', () => {
    fc.assert(
      fc.property(anyQueue, anyPrompt, fc.nat({ max: 20 }), (queue, { promptId: moved }, position) => {
        const after = promote(queue, moved, position);
        expect(ids(remove(after, moved))).toEqual(ids(remove(queue, moved)));
        expect(after).toHaveLength(queue.length);
        if (isQueued(queue, moved)) {
          expect(ids(after).indexOf(moved)).toBe(Math.min(position, queue.length - 1));
        }
      }),
    );
  });

  it('is never changed in place', () => {
    fc.assert(
      fc.property(anyQueue, anyPrompt, (queue, other) => {
        const before = structuredClone(queue);
        Object.freeze(queue);
        enqueue(queue, other);
        enqueueFirst(queue, other);
        remove(queue, other.promptId);
        promote(queue, other.promptId, 1);
        expect(queue).toEqual(before);
      }),
    );
  });
});

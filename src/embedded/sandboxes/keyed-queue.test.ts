import { expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue';

test('work of one key is done in turn, work of another meanwhile, and a failure stops nothing', async () => {
  const queue = new KeyedQueue();
  const done: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const first = queue.run('a', async () => {
    await gate.promise;
    done.push('a1');
    throw new Error('a1 fails');
  });
  const second = queue.run('a', async () => done.push('a2'));
  await queue.run('b', async () => done.push('b'));
  gate.resolve(undefined);
  await expect(first).rejects.toThrow('a1 fails');
  await second;
  expect(done).toEqual(['b', 'a1', 'a2']);
});

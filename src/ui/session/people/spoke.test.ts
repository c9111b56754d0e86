import { expect, it } from 'vitest';
import type { Actor } from '@/domain/events/actor';
import { UserId } from '@/domain/ids';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { ADA, BEN, LogWriter } from '@/testing/event-log';
import { speakersOf } from './spoke';

it('names everybody who spoke, the last one first, with the clients that they used', () => {
  const log = new LogWriter().create();
  log.send('one', ADA);
  log.send('two', BEN);
  const adaElsewhere: Actor = { type: 'user', userId: UserId.parse('ada'), name: 'Ada', via: 'cli' };
  log.send('three', adaElsewhere);
  const [first, second, ...others] = speakersOf(itemsOf(addEvents(EMPTY_TIMELINE, log.events)));
  expect(first).toMatchObject({ name: 'Ada', said: 2, clients: ['cli', 'web'] });
  expect(second).toMatchObject({ name: 'Ben', said: 1, clients: ['cli'] });
  expect(others).toEqual([]);
});

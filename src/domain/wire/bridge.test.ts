import { describe, expect, it } from 'vitest';
import { SyncResponse } from './bridge';

const TURN = '00000000-0000-4000-8000-00000000000a';
const stop = { n: 2, command: { type: 'stop', turnId: TURN } };
const answered = (...commands: object[]) =>
  SyncResponse.safeParse({ ack: 0, epoch: 1, commands, watchers: 0 });

describe('what a bridge reads of an answer', () => {
  it.each([
    ['a command', { type: 'dance', slowly: true }],
    ['a look at its files', { type: 'read', requestId: TURN, epoch: 1, what: 'stars' }],
  ])('passes over %s of a later server, and takes the rest', (_what, command) => {
    expect(answered({ n: 1, command }, stop).data?.commands).toEqual([stop]);
  });

  it.each(['prompt', 'steer', 'answer', 'stop'])('is not the answer when a %s makes no sense', (type) => {
    expect(answered({ n: 1, command: { type, of: 'later' } }).success).toBe(false);
  });
});

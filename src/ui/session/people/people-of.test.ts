import { describe, expect, it } from 'vitest';
import type { Actor, ClientKind } from '@/domain/events/actor';
import { UserId } from '@/domain/ids';
import type { PersonHere } from '@/domain/sync/presence-roll';
import { clientsWords } from '@/domain/sync/presence-words';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { ADA, BEN, LogWriter } from '@/testing/event-log';
import { peopleOf, type PersonRow } from './people-of';
import { typingWords } from './typing-words';

const person = (name: string, more: Partial<PersonHere> = {}): PersonHere => ({
  ...{ userId: UserId.parse(name.toLowerCase()), name, login: null, isIdle: false, isMe: false },
  clients: [{ via: 'web', isIdle: false }],
  ...more,
});
const cid = (via: ClientKind): Actor => ({
  ...{ type: 'user', userId: UserId.parse('cid'), name: 'Cid', via },
});
const show = (rows: PersonRow[]) =>
  rows.map(
    ({ name, role, part, clients, said }) =>
      `${name} ${role ?? '?'}${part ? ` (${part})` : ''} ${clientsWords(clients)} ${said}`,
  );

function after(log: LogWriter, people: PersonHere[], { minutes = 0 } = {}) {
  const items = itemsOf(addEvents(EMPTY_TIMELINE, log.events));
  const last = Math.max(...items.map(({ at }) => Date.parse(at)));
  const roles = new Map([['ada', 'owner'] as const]);
  const parts = new Map([['ada', 'driver'] as const]);
  return peopleOf({ people, items, roles, parts, nowMs: last + minutes * 60_000 });
}

describe('the people of a session', () => {
  it('are those who are here, oneself first, and those who spoke before and are not', () => {
    const log = new LogWriter().create();
    log.send('one', ADA);
    log.send('two', BEN);
    log.send('three', cid('cli'));
    const people = [person('Ben'), person('Zoe', { isMe: true }), person('Ada')];
    const { here, before } = after(log, people);
    expect(show(here)).toEqual([
      'Zoe ? on the web 0',
      'Ada owner (driver) on the web 1',
      'Ben ? on the web 1',
    ]);
    expect(show(before)).toEqual(['Cid ? in a terminal 1']);
  });

  it('counts who spoke in Slack a moment ago as here', () => {
    const log = new LogWriter().create();
    log.send('one', cid('slack'));
    expect(show(after(log, [], { minutes: 9 }).here)).toEqual(['Cid ? in Slack 1']);
    expect(show(after(log, [], { minutes: 10 }).before)).toEqual(['Cid ? in Slack 1']);
  });

  it('are said with each client, and which of them is idle', () => {
    const clients = [
      { via: 'cli', isIdle: false },
      { via: 'web', isIdle: true },
    ] as const;
    expect(clientsWords(clients)).toBe('in a terminal, on the web (idle)');
  });
});

it.each([
  [[], ''],
  [['Ada'], 'Ada is typing'],
  [['Ada', 'Ben'], 'Ada and Ben are typing'],
  [['Ada', 'Ben', 'Cid', 'Dan'], 'Ada, Ben and 2 more are typing'],
])('%j are said to be typing', (names, words) => {
  expect(typingWords(names)).toBe(words);
});

import { beforeEach, expect, it } from 'vitest';
import { UserId } from '@/domain/ids';
import type { PersonHere } from '@/domain/sync/presence-roll';
import type { PresenceSnapshot } from '@/domain/sync/session-presence';
import { VirtualTime } from '@/testing/virtual-time';
import { PresenceNotes } from './presence-notes';

const lines: string[] = [];
const time = new VirtualTime();
let notes: PresenceNotes;
beforeEach(() => {
  lines.length = 0;
  notes = new PresenceNotes((line) => lines.push(line), time);
});

const person = (name: string, more: Partial<PersonHere> = {}): PersonHere => ({
  ...{ userId: UserId.parse(name), name, login: null, isIdle: false, isMe: false },
  clients: [{ via: 'web', isIdle: false }],
  ...more,
});
const here = (...people: PersonHere[]): PresenceSnapshot => ({ state: 'here', people, typing: [] });

it('says who else is here, once, and who left', async () => {
  const me = person('Me', { isMe: true });
  notes.update(here(me, person('Ada')));
  notes.update(here(me, person('Ada', { isIdle: true }), person('Ben')));
  notes.update(here(me, person('Ben')));
  await time.pass(5_000);
  expect(lines).toEqual(['· Ada is here, on the web', '· Ben is here, on the web', '· Ada left']);
});

it('says nothing of a line that broke for a moment, be it theirs or one’s own', async () => {
  notes.update(here(person('Ada')));
  notes.update(here());
  await time.pass(4_000);
  notes.update(here(person('Ada')));
  notes.update({ state: 'connecting', people: [], typing: [] });
  await time.pass(60_000);
  expect(lines).toEqual(['· Ada is here, on the web']);
});

it('says that very many are here, and shows a name’s control characters', () => {
  notes.update({ state: 'full', people: [], typing: [] });
  notes.update({ state: 'full', people: [], typing: [] });
  notes.update(here(person('E\u001b[2Jve')));
  expect(lines[0]).toBe('· 90+ people are here');
  expect(lines[1]).not.toContain('\u001b');
  expect(lines).toHaveLength(2);
});

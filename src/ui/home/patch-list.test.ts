import { describe, expect, it } from 'vitest';
import { UserId } from '@/domain/ids';
import { listed } from '@/testing/listed-session';
import { NO_FILTER } from './list-filter';
import { withHere, withReadMark, withRow } from './patch-list';

const [one, two] = [listed({ title: 'one', readSeq: 4 }), listed({ title: 'two' })];
const pages = [{ sessions: [one] }, { sessions: [two] }];
const titles = (list: { sessions: { title: string }[] }[]) =>
  list.map(({ sessions }) => sessions.map(({ title }) => title));

describe('a row that is told', () => {
  it('takes the place of the one that is there, with what is only one’s own', () => {
    const { readSeq: _, here: __, excerpt: ___, ...row } = { ...one, title: 'uno', lastSeq: 10 };
    const [{ sessions } = { sessions: [] }] = withRow(pages, row, NO_FILTER);
    expect(sessions[0]).toMatchObject({ title: 'uno', lastSeq: 10, readSeq: 4 });
  });

  it('changes nothing when it comes late', () => {
    expect(withRow(pages, { ...one, title: 'before', lastSeq: 8 }, NO_FILTER)).toEqual(pages);
  });

  it('is added when it is new, unless words are searched for that only the server can look up', () => {
    const row = listed({ title: 'three' });
    expect(titles(withRow(pages, row, NO_FILTER))).toEqual([['three', 'one'], ['two']]);
    expect(titles(withRow(pages, row, { ...NO_FILTER, search: 'x' }))).toEqual([['one'], ['two']]);
  });

  it('goes when it does not fit any more, and is not added when it never did', () => {
    const archived = { status: { kind: 'archived', words: 'archived' }, lastSeq: 11 } as const;
    expect(titles(withRow(pages, { ...two, ...archived }, NO_FILTER))).toEqual([['one'], []]);
    expect(titles(withRow(pages, listed(archived), NO_FILTER))).toEqual([['one'], ['two']]);
  });
});

describe('what is told of a row', () => {
  it('is who is in it now', () => {
    const here = [{ userId: UserId.parse('ben'), name: 'Ben', clients: ['cli' as const] }];
    expect(withHere(pages, { sessionId: two.id, here })[1]!.sessions[0]!.here).toEqual(here);
  });

  it('is how far one has read it, which never goes back', () => {
    const seqAfter = (seq: number) =>
      withReadMark(pages, { sessionId: one.id, seq })[0]!.sessions[0]!.readSeq;
    expect([seqAfter(9), seqAfter(2)]).toEqual([9, 4]);
  });
});

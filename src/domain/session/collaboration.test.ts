import { describe, expect, it } from 'vitest';
import { ADA, BEN, logged, LogWriter } from '@/testing/event-log';
import type { SessionRole } from '../access/session-role';
import { SYSTEM } from '../events/actor';
import { MAX_COMMENT_LENGTH } from '../events/collaboration';
import { BlobKey, CommentId, PartId, UserId } from '../ids';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '../timeline/timeline';
import { artifactEvents } from './artifacts';
import { roleIn } from './members';

const [ada, ben] = [UserId.parse('ada'), UserId.parse('ben')];
const kinds = ({ events }: LogWriter, from = 0) => events.slice(from).map(({ event }) => event.kind);
/** The kinds that a deed added to a log. */
function added(log: LogWriter, deed: () => unknown): string[] {
  const { length } = log.events;
  deed();
  return kinds(log, length);
}

describe('who takes part', () => {
  const make = (log: LogWriter, [userId, role]: [UserId, SessionRole], { by = ADA, asAdmin = false } = {}) =>
    log.command({ type: 'role', userId, name: userId, role, asAdmin }, by);

  it('is the creator as a driver, and everybody else from their first word on, said once', () => {
    const log = new LogWriter().create();
    expect(roleIn(log.state, ada)).toBe('driver');
    expect(added(log, () => log.send('one', BEN))).toEqual(expect.arrayContaining(['member.joined']));
    expect(added(log, () => log.send('two', BEN))).not.toContain('member.joined');
    expect(roleIn(log.state, ben)).toBe('participant');
  });

  it('is nobody by a word that was refused', () => {
    const log = new LogWriter().create();
    log.send('', BEN);
    expect(roleIn(log.state, ben)).toBeNull();
  });

  it('is said by drivers and admins of the team, and one driver stays', () => {
    const log = new LogWriter().create();
    log.send('one', BEN);
    expect(make(log, [ben, 'driver'], { by: BEN })).toMatchObject({
      ok: false,
      refusal: { code: 'not_driver' },
    });
    expect(make(log, [ada, 'viewer'])).toMatchObject({ ok: false, refusal: { code: 'last_driver' } });
    expect(make(log, [ben, 'driver'], { by: BEN, asAdmin: true })).toMatchObject({ ok: true });
    expect(make(log, [ada, 'viewer'], { by: BEN })).toMatchObject({ ok: true });
    expect(roleIn(log.state, ada)).toBe('viewer');
  });

  it('may not speak as a viewer, until a driver lets them again', () => {
    const log = new LogWriter().create();
    make(log, [ben, 'viewer']);
    const say = () => log.command({ type: 'send', promptId: log.nextPromptId(), text: 'hi' }, BEN);
    expect(say()).toMatchObject({ ok: false, refusal: { code: 'only_watching' } });
    make(log, [ben, 'participant']);
    expect(say()).toMatchObject({ ok: true });
  });

  it('loses their part with the team', () => {
    const log = new LogWriter().create();
    log.send('one', BEN);
    log.command({ type: 'access-changed', userId: ben, name: 'Ben', change: 'left_team' }, SYSTEM);
    expect(roleIn(log.state, ben)).toBeNull();
    expect(added(log, () => log.send('again', BEN))).toContain('member.joined');
  });
});

describe('a comment', () => {
  const id = (n: number) => CommentId.parse(`00000000-0000-4000-8000-00000000000${n}`);
  const say = (log: LogWriter, text: string, n = 1) =>
    log.command({ type: 'comment', commentId: id(n), text, on: null }, BEN);

  it('is one, however often it is sent, and is resolved once', () => {
    const log = new LogWriter().create();
    say(log, 'Look at this.');
    expect(added(log, () => say(log, 'Look at this.'))).toEqual([]);
    const resolve = () => log.command({ type: 'resolve', commentId: id(1) });
    expect(resolve()).toMatchObject({ ok: true });
    expect(resolve()).toMatchObject({ ok: false, refusal: { code: 'comment_not_open' } });
    const items = itemsOf(addEvents(EMPTY_TIMELINE, log.events)).filter(({ type }) => type === 'comment');
    expect(items).toMatchObject([{ author: BEN, text: 'Look at this.', resolvedBy: ADA }]);
  });

  it.each([
    ['', 'empty_comment'],
    [' \n', 'empty_comment'],
    ['x'.repeat(MAX_COMMENT_LENGTH + 1), 'prompt_too_long'],
  ])('has something to say, and not too much: %#', (text, code) => {
    expect(say(new LogWriter().create(), text)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('is refused while too many wait', () => {
    const log = new LogWriter().create();
    const nth = (n: number) => CommentId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const send = (n: number) => log.command({ type: 'comment', commentId: nth(n), text: 'x', on: null });
    for (let n = 0; n < 200; n += 1) expect(send(n)).toMatchObject({ ok: true });
    expect(send(200)).toMatchObject({ ok: false, refusal: { code: 'too_many_comments' } });
    log.command({ type: 'resolve', commentId: nth(7) });
    expect(send(200)).toMatchObject({ ok: true });
  });
});

describe('the budget', () => {
  const step = (log: LogWriter, costUsd: number) =>
    log.report({
      ...{ kind: 'turn.step_finished', turnId: log.state.running!.turnId, step: 1, finish: 'stop', costUsd },
      tokens: { input: 1, output: 1, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
    });
  const running = (limitUsd: number | null) => {
    const log = new LogWriter().create();
    if (limitUsd !== null) log.command({ type: 'budget', limitUsd });
    log.send('one');
    log.report(
      { kind: 'sandbox.phase', epoch: 1, phase: 'ready', isolation: null, reason: null },
      { kind: 'prompt.delivered', promptId: log.state.running!.promptId, turnId: log.state.running!.turnId },
    );
    return log;
  };

  it('warns once, and at its end stops the turn once', () => {
    const log = running(1);
    expect(added(log, () => step(log, 0.5))).toEqual(['turn.step_finished']);
    expect(added(log, () => step(log, 0.3))).toEqual(['turn.step_finished', 'budget.warned']);
    expect(added(log, () => step(log, 0.1))).toEqual(['turn.step_finished']);
    expect(added(log, () => step(log, 0.1))).toEqual([
      ...['turn.step_finished', 'budget.exhausted', 'turn.stop_requested'],
    ]);
    expect(added(log, () => step(log, 0.1))).toEqual(['turn.step_finished']);
  });

  it('holds what waits, and lets it go on once it is raised', () => {
    const log = running(1);
    log.send('two');
    step(log, 1);
    const { promptId, turnId } = log.state.running!;
    log.report({ kind: 'prompt.finished', promptId, turnId, outcome: 'stopped', reason: null });
    expect(log.state).toMatchObject({ running: null, queue: [{}] });
    expect(added(log, () => log.command({ type: 'budget', limitUsd: 5 }))).toEqual([
      ...['budget.set', 'prompt.started'],
    ]);
  });

  it('that is below what was spent already is used up at once; one that is taken away holds nothing', () => {
    const log = running(null);
    step(log, 3);
    expect(added(log, () => log.command({ type: 'budget', limitUsd: 2 }))).toEqual([
      ...['budget.set', 'budget.exhausted', 'turn.stop_requested'],
    ]);
    expect(added(log, () => log.command({ type: 'budget', limitUsd: null }))).toEqual(['budget.set']);
    expect(log.state.budget).toEqual({ limitUsd: null, spentUsd: 3, stage: 'ok' });
  });
});

describe('what a tool made', () => {
  const made = (log: LogWriter, name: string, mime: string) => {
    const blob = { key: BlobKey.parse('s/artifact/a'), sizeBytes: 1 };
    const attachments = [{ name, mime, blob }];
    const part = {
      ...({ type: 'tool', tool: 'shot', status: 'completed', title: '', input: '', output: '' } as const),
      ...{ outputBlob: null, durationMs: 1, attachments },
    };
    const ids = { turnId: log.state.running!.turnId, partId: PartId.parse('p'), parentPartId: null };
    return artifactEvents(log.state, { kind: 'part.finished', ...ids, part });
  };

  it('is a thing of the session, and under the same name a newer version of it', () => {
    const log = new LogWriter().create();
    log.send('one');
    const [first] = made(log, 'home.png', 'image/png');
    expect(first).toMatchObject({ kind: 'artifact.added', artifact: { type: 'screenshot' } });
    log.report(first!);
    const [second] = made(log, 'home.png', 'image/png');
    expect(second).toMatchObject({ kind: 'artifact.updated' });
    expect(made(log, 'run.webm', 'video/webm')).toMatchObject([{ artifact: { type: 'video' } }]);
    expect(made(log, 'out.csv', 'text/csv')).toMatchObject([{ artifact: { type: 'file' } }]);
    const items = itemsOf(addEvents(EMPTY_TIMELINE, [...log.events, logged(log.events.length + 1, second!)]));
    expect(items.filter(({ type }) => type === 'artifact')).toMatchObject([{ versions: 2 }]);
  });
});

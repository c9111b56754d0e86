import { describe, expect, it } from 'vitest';
import { AGENT } from '@/domain/events/actor';
import { parseEvent } from '@/domain/events/parse-event';
import { UserId } from '@/domain/ids';
import { ADA, BEN, LogWriter, turnId } from '@/testing/event-log';
import { activityChange, type Activity, evolveActivity, isUnread, NO_ACTIVITY, speakersOf } from './activity';

const activityOf = ({ events }: LogWriter): Activity => events.reduce(evolveActivity, NO_ACTIVITY);
const [ada, ben] = [UserId.parse('ada'), UserId.parse('ben')];

/** A session whose first turn has ended. */
function ended(): LogWriter {
  const log = new LogWriter().create();
  log.send('go');
  log.boot();
  log.deliver();
  log.finishPart(log.startPart({ type: 'tool', tool: 'bash', title: 'npm test', input: '{}' }), 'ok');
  log.endStep();
  log.finish();
  return log;
}

describe('the activity of a session', () => {
  it('says what runs, what it cost, how it ended and who spoke from where', () => {
    const log = ended();
    expect(activityOf(log)).toMatchObject({
      costNanoUsd: 12_500_000,
      lastOutcome: 'completed',
      people: { ada: { name: 'Ada', via: 'web' } },
    });
    log.send('again', BEN);
    log.deliver();
    log.startPart({ type: 'tool', tool: 'edit', title: 'src/theme.ts', input: '{}' });
    const then = activityOf(log);
    expect(then).toMatchObject({ doing: 'editing theme.ts', lastOutcome: null });
    expect(speakersOf(then.people)).toMatchObject([
      { userId: 'ben', name: 'Ben', via: 'cli' },
      { userId: 'ada', name: 'Ada', via: 'web' },
    ]);
  });

  it('does not believe a step that costs more than money', () => {
    const event = parseEvent({
      ...{ kind: 'turn.step_finished', step: 1, costUsd: 1e300, finish: 'stop' },
      tokens: { input: 1, output: 1, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
      turnId: turnId(1),
    });
    expect(event.kind).toBe('turn.step_finished');
    expect(Number.isSafeInteger(activityChange([{ actor: AGENT, event }]).addedNanoUsd)).toBe(true);
  });
});

describe('a session is unread', () => {
  const readAt = (log: LogWriter) => log.events.length;
  const isUnreadBy = (log: LogWriter, userId: UserId, readSeq: number) => {
    const { newsSeq, people } = activityOf(log);
    return isUnread({ newsSeq, people: speakersOf(people) }, { userId, readSeq });
  };

  it('when a turn ended after one read it, until one reads on', () => {
    const log = new LogWriter().create();
    log.send('go');
    log.boot();
    log.deliver();
    const seen = readAt(log);
    expect(isUnreadBy(log, ada, seen)).toBe(false);
    log.startPart();
    expect(isUnreadBy(log, ada, seen)).toBe(false);
    log.finish();
    expect(isUnreadBy(log, ada, seen)).toBe(true);
    expect(isUnreadBy(log, ada, readAt(log))).toBe(false);
  });

  it('when somebody else said something, not when one did oneself', () => {
    const log = ended();
    const seen = readAt(log);
    log.send('mine', ADA);
    expect(isUnreadBy(log, ada, seen)).toBe(false);
    expect(isUnreadBy(log, ben, seen)).toBe(true);
    log.send('yours', BEN);
    expect(isUnreadBy(log, ada, seen)).toBe(true);
  });

  it('when the agent asks, or its sandbox is gone', () => {
    const log = ended();
    const seen = readAt(log);
    const { epoch } = log.state.sandbox;
    const reason = { code: 'sandbox_lost', message: 'Gone.' };
    log.command({ type: 'sandbox-lost', epoch, reason });
    expect(isUnreadBy(log, ada, seen)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { BEN, LogWriter, promptId, SESSION_ID, turnId } from '@/testing/event-log';
import { SYSTEM } from '../events/actor';
import type { Ask, AskAnswer } from '../events/ask';
import type { EventKind } from '../events/session-event';
import { AskId } from '../ids';
import type { Command } from './commands';
import { foldReported } from './fold-reported';
import { sessionStatus } from './session-status';

const askId = AskId.parse('per_1');
const PERMISSION: Ask = { type: 'permission', permission: 'bash', title: 'git push', always: ['git push*'] };
const QUESTION: Ask = {
  type: 'question',
  questions: [
    {
      header: 'Colour',
      question: 'Red or blue?',
      options: [
        { label: 'Red', description: '' },
        { label: 'Blue', description: '' },
      ],
      isMultiple: false,
      allowsOwnText: true,
    },
  ],
};
const YES: AskAnswer = { type: 'permission', reply: 'once', message: null };
const NO: AskAnswer = { type: 'permission', reply: 'reject', message: null };
const BLUE: AskAnswer = { type: 'question', answers: [['Blue']] };
const DISMISS: AskAnswer = { type: 'dismiss', message: null };

/** Prompt 1 runs, prompt 2 waits. */
function working(): LogWriter {
  const log = new LogWriter().create();
  log.send('one');
  log.send('two');
  log.boot();
  log.deliver();
  return log;
}

function asking(ask: Ask = PERMISSION): LogWriter {
  const log = working();
  const running = log.state.running?.turnId ?? turnId(0);
  log.report({ kind: 'ask.opened', turnId: running, askId, ask, toolPartId: null });
  return log;
}

/** The kinds that were added by what is done. */
function added(log: LogWriter, act: () => void): EventKind[] {
  const before = log.events.length;
  act();
  return log.events.slice(before).map(({ event }) => event.kind);
}

const refusalOf = (log: LogWriter, command: Command): string | null => {
  const decision = log.command(command);
  return decision.ok ? null : decision.refusal.code;
};

const answering = (answer: AskAnswer): Command => ({
  type: 'answer',
  askId,
  answer,
  promptId: promptId(70),
});

describe('what is said to a running turn', () => {
  const steering = (log: LogWriter, n = 60): Command => ({
    type: 'steer',
    turnId: log.state.running?.turnId ?? turnId(0),
    promptId: promptId(n),
    text: 'use tabs',
  });

  it('is sent to that turn, delivered, and read', () => {
    const log = working();
    const turn = log.state.running!.turnId;
    log.command(steering(log), BEN);
    expect(log.state.steers).toEqual([{ promptId: promptId(60), turnId: turn }]);
    log.report({ kind: 'steer.delivered', promptId: promptId(60), turnId: turn });
    log.report({ kind: 'steer.read', promptId: promptId(60), turnId: turn });
    expect(log.state.steers).toEqual([]);
    expect(added(log, () => log.finish())).not.toContain('steer.missed');
  });

  it('is missed when the turn ends first, and said so before the next begins', () => {
    const log = working();
    log.command(steering(log));
    expect(added(log, () => log.finish())).toEqual(['prompt.finished', 'steer.missed', 'prompt.started']);
    expect(log.state.steers).toEqual([]);
  });

  it('is refused when that turn is over, so that it never reaches another', () => {
    const log = working();
    const late = steering(log);
    log.finish();
    expect(refusalOf(log, late)).toBe('turn_not_running');
  });

  it('is refused while the turn is being stopped: the agent reads nothing more', () => {
    const log = working();
    log.command({ type: 'stop', turnId: log.state.running!.turnId });
    expect(refusalOf(log, steering(log))).toBe('turn_not_running');
  });

  it('is taken once', () => {
    const log = working();
    log.command(steering(log));
    expect(refusalOf(log, steering(log))).toBe('duplicate_prompt');
  });
});

describe('a stop with something to do instead', () => {
  const interrupting = (log: LogWriter): Command => ({
    type: 'interrupt',
    turnId: log.state.running?.turnId ?? turnId(0),
    promptId: promptId(61),
    text: 'do this first',
  });

  it('stops the turn and goes before what waits', () => {
    const log = working();
    expect(added(log, () => void log.command(interrupting(log)))).toEqual([
      'prompt.queued',
      'turn.stop_requested',
    ]);
    log.finish('stopped');
    expect(log.state.running?.promptId).toBe(promptId(61));
    expect(log.state.queue.map((item) => item.promptId)).toEqual([promptId(2)]);
  });

  it('is next all the same when the turn ended by itself meanwhile, and stops nobody else’s', () => {
    const log = working();
    const late = interrupting(log);
    log.finish();
    expect(added(log, () => void log.command(late))).toEqual(['prompt.queued']);
    expect(log.state.running).toMatchObject({ promptId: promptId(2), isStopRequested: false });
    expect(log.state.queue[0]?.promptId).toBe(promptId(61));
  });

  it('starts at once when no agent has the turn yet', () => {
    const log = new LogWriter().create();
    log.send('one');
    const kinds = added(log, () => void log.command(interrupting(log)));
    expect(kinds).toEqual(['prompt.queued', 'turn.stop_requested', 'prompt.finished', 'prompt.started']);
    expect(log.state.running?.promptId).toBe(promptId(61));
  });
});

describe('an ask', () => {
  it('needs somebody, in its own words', () => {
    expect(sessionStatus(asking().state)).toEqual({ kind: 'needs_you', words: 'asks: git push' });
    expect(sessionStatus(asking(QUESTION).state).words).toBe('asks: Red or blue?');
  });

  it('is answered by the first; the second is told', () => {
    const log = asking();
    expect(refusalOf(log, answering(YES))).toBeNull();
    expect(refusalOf(log, answering(NO))).toBe('ask_not_open');
    log.report({ kind: 'ask.applied', turnId: log.state.running!.turnId, askId });
    expect(log.state.asks).toEqual([]);
    expect(refusalOf(log, answering(YES))).toBe('ask_not_open');
  });

  it.each([
    ['a choice for a permission', PERMISSION, BLUE, 'answer_does_not_fit'],
    ['a permission for a question', QUESTION, YES, 'answer_does_not_fit'],
    ['no choice at all', QUESTION, { type: 'question', answers: [[]] }, 'answer_does_not_fit'],
    ['an empty choice', QUESTION, { type: 'question', answers: [[' ']] }, 'answer_does_not_fit'],
    ['too many answers', QUESTION, { type: 'question', answers: [['a'], ['b']] }, 'answer_does_not_fit'],
    ['own words', QUESTION, { type: 'question', answers: [['green']] }, null],
    ['no answer', QUESTION, DISMISS, null],
    ['a no', PERMISSION, NO, null],
  ] satisfies [string, Ask, AskAnswer, string | null][])(
    'takes %s as it fits',
    (...[, ask, answer, code]) => {
      expect(refusalOf(asking(ask), answering(answer))).toBe(code);
    },
  );

  it('expires with its turn, whether answered or not', () => {
    const open = asking();
    expect(added(open, () => open.finish('interrupted'))).toContain('ask.expired');
    expect(open.events.map(({ event }) => event).find(({ kind }) => kind === 'ask.expired')).toMatchObject({
      reason: { code: 'agent_restarted' },
    });
    const answered = asking();
    answered.command(answering(YES));
    expect(added(answered, () => answered.finish())).toContain('ask.expired');
    expect(answered.state.asks).toEqual([]);
  });

  it('expires with a sandbox that is lost', () => {
    const log = asking();
    const { epoch } = log.state.sandbox;
    const reason = { code: 'sandbox_lost', message: 'gone' };
    expect(added(log, () => void log.command({ type: 'sandbox-lost', epoch, reason }, SYSTEM))).toContain(
      'ask.expired',
    );
  });

  it.each([
    ['yes', PERMISSION, YES, 'You asked before: “git push”. Yes, you may. Go on with it.'],
    ['a choice', QUESTION, BLUE, 'You asked before: “Red or blue?”. The answer: Blue'],
  ] as const)('that expired makes a prompt of a late answer: %s', (...[, ask, answer, text]) => {
    const log = asking(ask);
    log.command({ type: 'ask-overdue', askId, reason: { code: 'ask_expired', message: 'late' } }, SYSTEM);
    expect(added(log, () => void log.command(answering(answer), BEN))).toEqual([
      'member.joined',
      'prompt.queued',
    ]);
    expect(log.events.at(-1)).toMatchObject({ actor: BEN, event: { text } });
  });

  it('that expired has nothing to do with a late no', () => {
    const log = asking();
    log.command({ type: 'ask-overdue', askId, reason: { code: 'ask_expired', message: 'late' } }, SYSTEM);
    expect(refusalOf(log, answering(NO))).toBe('ask_not_open');
  });

  it('of a turn that does not run is nobody’s', () => {
    const log = working();
    const event = { kind: 'ask.opened', turnId: turnId(98), askId, ask: PERMISSION, toolPartId: null };
    const folded = foldReported(log.state, [event], {
      sessionId: SESSION_ID,
      epoch: 1,
      turnId: turnId(99),
    });
    expect(folded.events).toEqual([]);
  });

  it('says who answered and from where', () => {
    const log = asking();
    log.command(answering(YES), BEN);
    expect(log.events.at(-1)).toMatchObject({ actor: { name: 'Ben', via: 'cli' }, event: { answer: YES } });
  });
});

// Any session that people, an agent and misfortune may live through, for property tests.
import fc from 'fast-check';
import { SYSTEM } from '@/domain/events/actor';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { parseEvent } from '@/domain/events/parse-event';
import { isAgentReachable } from '@/domain/session/state';
import { ADA, BEN, LogWriter, REPORTS } from './event-log';

interface Step {
  action: keyof typeof ACTIONS;
  n: number;
  text: string;
}

function nth<T>(list: readonly T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length];
}

const ACTIONS = {
  send: (log: LogWriter, { n, text }: Step) => void log.send(text, n % 2 === 0 ? ADA : BEN),
  edit: (log: LogWriter, { n, text }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'edit', promptId: prompt.promptId, text }, BEN);
  },
  withdraw: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'withdraw', promptId: prompt.promptId });
  },
  promote: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.queue, n);
    if (prompt) log.command({ type: 'promote', promptId: prompt.promptId, position: n % 3 });
  },
  retry: (log: LogWriter, { n }: Step) => {
    const prompt = nth(log.state.retryable, n);
    if (prompt) log.command({ type: 'retry', promptId: prompt.promptId });
  },
  stop: (log: LogWriter) => {
    const { running } = log.state;
    if (running) log.command({ type: 'stop', turnId: running.turnId });
  },
  steer: (log: LogWriter, { n, text }: Step) => {
    const { running } = log.state;
    if (!running) return;
    const said = { promptId: log.nextPromptId(), turnId: running.turnId };
    log.command({ type: 'steer', ...said, text }, BEN);
    if (n % 2 === 0) log.report({ kind: 'steer.delivered', ...said });
    if (n % 4 === 0 && log.state.steers.length > 0) log.report({ kind: 'steer.read', ...said });
  },
  interrupt: (log: LogWriter, { text }: Step) => {
    const { running } = log.state;
    if (!running) return;
    log.command({ type: 'interrupt', promptId: log.nextPromptId(), turnId: running.turnId, text });
  },
  ask: (log: LogWriter, { n }: Step) => {
    if (log.state.running?.isDelivered === true) log.report(REPORTS.ask(log, n));
  },
  answer: (log: LogWriter, { n }: Step) => {
    const ask = nth(log.state.asks, n);
    if (!ask) return;
    const { askId } = ask;
    const reason = { code: 'ask_expired', message: 'Nobody answered.' };
    const answer = { type: 'permission', reply: 'once', message: null } as const;
    if (n % 5 === 0) log.command({ type: 'ask-overdue', askId, reason }, SYSTEM);
    else log.command({ type: 'answer', askId, answer, promptId: log.nextPromptId() }, BEN);
    const isAnswered = log.state.asks.some((now) => now.askId === askId && now.status === 'answered');
    if (isAnswered && n % 2 === 0) log.report({ kind: 'ask.applied', turnId: ask.turnId, askId });
  },
  title: (log: LogWriter, { text }: Step) => void log.command({ type: 'title', title: text }),
  boot: (log: LogWriter) => {
    if (['requested', 'booting'].includes(log.state.sandbox.phase)) log.boot();
  },
  lose: (log: LogWriter, { n }: Step) => {
    const { epoch } = log.state.sandbox;
    const reason = { code: 'sandbox_lost', message: 'The sandbox stopped answering.' };
    if (n % 2 === 0) log.command({ type: 'sandbox-lost', epoch, reason }, SYSTEM);
    else log.command({ type: 'sandbox-failed', epoch, reason, isFinal: n % 4 === 1 }, SYSTEM);
  },
  work: (log: LogWriter, step: Step) => {
    if (!log.state.running || !isAgentReachable(log.state)) return;
    if (log.state.running.isDelivered) work(log, step);
    else log.deliver();
  },
  finish: (log: LogWriter, { n }: Step) => {
    if (log.state.running?.isDelivered !== true) return;
    log.endStep();
    log.finish(nth(['completed', 'completed', 'failed', 'stopped'] as const, n));
  },
  junk: (log: LogWriter, { text }: Step) => log.report(parseEvent({ kind: 'from.the.future', text })),
} satisfies Record<string, (log: LogWriter, step: Step) => void>;

function work(log: LogWriter, { n, text }: Step): void {
  const open = nth([...log.openParts.keys()], n);
  if (open !== undefined && n % 3 !== 0) log.finishPart(open, text);
  else if (n % 7 === 0) log.report(REPORTS.todo(log));
  else if (n % 7 === 1) log.report(REPORTS.diff(log));
  else if (n % 7 === 2) log.report(REPORTS.retrying(log));
  else if (n % 7 === 3) log.startPart({ type: 'tool', tool: 'bash', title: text.slice(0, 50), input: '{}' });
  else log.startPart(n % 2 === 0 ? { type: 'text' } : { type: 'reasoning' });
}

const step = fc.record({
  action: fc.oneof(
    { weight: 6, arbitrary: fc.constant('work' as const) },
    { weight: 4, arbitrary: fc.constantFrom('send', 'boot', 'finish') },
    // The keys of an object literal are its type's keys.
    { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])) },
  ),
  n: fc.nat({ max: 1_000 }),
  text: fc.string({ unit: 'grapheme', maxLength: 40 }),
});

/** Any session that people, an agent and misfortune may write, in log order and without gaps. */
export function anyLog({ maxSteps = 60 }: { maxSteps?: number } = {}): fc.Arbitrary<LoggedEvent[]> {
  return anySession({ maxSteps }).map(({ events }) => events);
}

/** The same with the state that its events lead to. */
export function anySession({ maxSteps = 60 }: { maxSteps?: number } = {}): fc.Arbitrary<LogWriter> {
  return fc.array(step, { maxLength: maxSteps, size: 'max' }).map((steps) => {
    const log = new LogWriter().create();
    for (const taken of steps) ACTIONS[taken.action](log, taken);
    return log;
  });
}

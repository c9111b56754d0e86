import type { TurnMessage } from '@/domain/chat/thread-message';
import type { Outcome, Todo } from '@/domain/events/session-event';
import { actions, type Block, button, context, section } from './blocks';
import { markdownSections } from './markdown-sections';
import { escapeMrkdwn } from './mrkdwn';

const MAX_TODOS = 12;

const HEAD = {
  completed: ':white_check_mark: *Done*',
  failed: ':x: *Failed*',
  stopped: ':black_square_for_stop: *Stopped*',
  interrupted: ':warning: *Interrupted*',
} satisfies Record<Outcome, string>;

const TODO = {
  pending: ':white_small_square:',
  in_progress: ':arrow_forward:',
  completed: ':ballot_box_with_check:',
  cancelled: ':heavy_minus_sign:',
} satisfies Record<Todo['status'], string>;

const STEP = { running: ':arrow_forward:', completed: '•', error: ':small_red_triangle:' } as const;

/** How a turn goes, or how it ended and with which last words. */
export function turnBlocks(
  turn: TurnMessage,
  { sessionId, url }: { sessionId: string; url: string },
): Block[] {
  const { outcome, reason, answer, todos, steps } = turn;
  const isOver = outcome !== null;
  const shownTodos = todos
    .slice(0, MAX_TODOS)
    .map(({ status, content }) => `${TODO[status]} ${line(content)}`);
  const shownSteps = isOver ? [] : steps.map(({ status, title }) => `${STEP[status]} ${line(title)}`);
  return [
    section(headOf(turn)),
    ...(shownTodos.length > 0 ? [section(shownTodos.join('\n'))] : []),
    ...(shownSteps.length > 0 ? [context(shownSteps.join('\n'))] : []),
    ...(reason ? [section(`> ${line(reason.message)}`)] : []),
    ...markdownSections(answer),
    ...actions(buttonsOf(turn, { sessionId, url })),
  ];
}

/** The same in one line, for notifications. */
export function headOf(turn: TurnMessage): string {
  const { outcome, isStopping, files, additions, deletions, elapsedMs, stepCount, waiting } = turn;
  const head = outcome
    ? HEAD[outcome]
    : isStopping
      ? ':hourglass: *Stopping*'
      : ':hourglass_flowing_sand: *Working*';
  const facts = [
    ...(stepCount > 0 ? [`${stepCount} ${stepCount === 1 ? 'step' : 'steps'}`] : []),
    ...(files > 0 ? [`${files} ${files === 1 ? 'file' : 'files'} +${additions} −${deletions}`] : []),
    durationOf(elapsedMs),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  return `${head} · ${facts.join(' · ')}`;
}

function durationOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function line(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  return escapeMrkdwn(flat.length > 160 ? `${flat.slice(0, 159).toWellFormed()}…` : flat);
}

function buttonsOf(
  { outcome, turnId, promptId, files, isStopping }: TurnMessage,
  { sessionId, url }: { sessionId: string; url: string },
): Block[] {
  const view = button({ text: 'View', action: 'open:view', url });
  const diff = button({ text: 'Diff', action: 'open:diff', url: url });
  if (outcome === null) {
    const stop = button({
      text: 'Stop',
      action: 'stop',
      value: { s: sessionId, t: turnId },
      style: 'danger',
    });
    return isStopping ? [view] : [view, stop];
  }
  const isRetryable = outcome !== 'completed' && promptId !== null;
  return [
    view,
    ...(files > 0 ? [diff] : []),
    ...(files > 0
      ? [
          button({
            text: 'Open pull request',
            action: 'pull-request',
            value: { s: sessionId },
            style: 'primary',
          }),
        ]
      : []),
    ...(isRetryable
      ? [button({ text: 'Retry', action: 'retry', value: { s: sessionId, p: promptId } })]
      : []),
  ];
}

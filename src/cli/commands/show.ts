import { parseLoggedEvent } from '@/domain/events/logged-event';
import type { TurnItem } from '@/domain/timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { findSession } from '../find-session';
import { visibleLine } from '../print/visible-text';
import { because, OUTCOME_WORDS } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import { doing } from './ls';
import { queueLine, waitingPrompts } from './queue';

/** What a session is about and how it stands, for somebody who was away. */
export async function show(terminal: Terminal, id: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const [{ session, events }, change] = await Promise.all([
    api.insist((client) => client.sessions.get.query({ sessionId })),
    api.insist((client) => client.diff.get.query({ sessionId })),
  ]);
  const items = itemsOf(addEvents(EMPTY_TIMELINE, events.map(parseLoggedEvent)));
  const waiting = waitingPrompts(session.state.queue, items);
  const last = items.findLast((item): item is TurnItem => item.type === 'turn' && item.outcome !== null);
  const url = `${api.server}/s/${sessionId}`;
  const { title, repository, baseBranch, branch, state } = session;
  const files = change.files.length;
  const sum = (of: 'additions' | 'deletions') => change.files.reduce((all, file) => all + file[of], 0);
  if (!terminal.isJson) {
    terminal.out(
      [
        visibleLine(title),
        `id      ${sessionId}`,
        `at      ${url}`,
        `state   ${doing(state)}`,
        `branch  ${visibleLine(`${repository.name} · ${baseBranch} → ${branch}`)}`,
        `change  ${files === 0 ? 'none yet' : `${files} files  +${sum('additions')} −${sum('deletions')}`}`,
        ...(last?.outcome ? [`last    ${OUTCOME_WORDS[last.outcome]}${because(last.reason)}`] : []),
        ...state.asks
          .filter(({ status }) => status === 'open')
          .map((ask) => `asks    ${visibleLine(ask.title)}`),
        `cost    $${state.budget.spentUsd.toFixed(2)}`,
        '',
      ].join('\n'),
    );
    for (const [at, prompt] of waiting.entries()) terminal.out(queueLine(prompt, at));
  }
  return {
    json: {
      sessionId,
      title,
      url,
      repository,
      baseBranch,
      branch,
      state,
      queue: waiting,
      files: change.files,
    },
  };
}

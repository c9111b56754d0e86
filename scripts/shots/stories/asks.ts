import type { Setting } from '../scenes/scene';
import { PlayedSession } from '../stage/played-session';
import { PlayedTurn } from '../stage/played-turn';
import { DARK_MODE_PROMPT, lookAround } from './dark-mode';

async function working(setting: Setting): Promise<{ session: PlayedSession; turn: PlayedTurn }> {
  const session = await PlayedSession.open(setting, { text: DARK_MODE_PROMPT });
  await session.start();
  const turn = await PlayedTurn.of(session);
  lookAround(turn);
  return { session, turn };
}

/** The agent wants to run a command, and waits for somebody to allow it. */
export async function askPermission(setting: Setting): Promise<PlayedSession> {
  const { session, turn } = await working(setting);
  const command = 'npm install next-themes@0.4.6';
  const toolPartId = turn.startTool({ tool: 'bash', title: command, input: { command } });
  turn.note({
    ...{ kind: 'ask.opened', turnId: turn.turnId, askId: 'per_dark_mode', toolPartId },
    ask: { type: 'permission', permission: 'bash', title: command, always: ['npm install *'] },
  });
  await session.spread(38);
  return session;
}

/** The agent has two questions, one of them with several right answers. */
export async function askQuestion(setting: Setting): Promise<PlayedSession> {
  const { session, turn } = await working(setting);
  const toolPartId = turn.startTool({ tool: 'question', title: 'Two questions', input: {} });
  turn.note({
    ...{ kind: 'ask.opened', turnId: turn.turnId, askId: 'que_dark_mode', toolPartId },
    ask: {
      type: 'question',
      questions: [
        {
          ...{ header: 'Storage', question: 'Where should the choice be kept?' },
          options: [
            { label: 'In the browser', description: 'localStorage: simple, one browser only' },
            { label: 'With the account', description: 'A column of the user table, and a migration' },
          ],
          ...{ isMultiple: false, allowsOwnText: true },
        },
        {
          ...{ header: 'Pages', question: 'Which pages get dark colours now?' },
          options: [
            { label: 'Settings', description: 'Where the toggle is' },
            { label: 'Cart', description: 'Two components' },
            { label: 'Sign-in', description: 'Has colours of its own' },
          ],
          ...{ isMultiple: true, allowsOwnText: false },
        },
      ],
    },
  });
  await session.spread(38);
  return session;
}

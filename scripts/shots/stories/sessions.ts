import type { CommentPlace } from '@/domain/events/collaboration';
import { CommandId, CommentId } from '@/domain/ids';
import { randomUUID } from 'node:crypto';
import type { Setting } from '../scenes/scene';
import { PlayedSession } from '../stage/played-session';
import { PlayedTurn } from '../stage/played-turn';
import { changeThings, DARK_MODE_PROMPT, lookAround, tellDarkMode } from './dark-mode';

const PARTLY = `The toggle is there, and its choice is kept. What is left is the flash before the page
knows the choice: the script that reads it has to run before the first`;

/** A session in which the agent works: some steps are done, a tool runs, a text is being written. */
export async function live(setting: Setting): Promise<PlayedSession> {
  const session = await PlayedSession.open(setting, { text: DARK_MODE_PROMPT });
  await session.start();
  const turn = await PlayedTurn.of(session);
  lookAround(turn);
  changeThings(turn);
  turn.startTool({ tool: 'bash', title: 'npm run build', input: { command: 'npm run build' } });
  await turn.writeOn(PARTLY);
  await session.spread(49);
  return session;
}

/** A session whose turn is over, with the change that it made. */
export async function idle(setting: Setting): Promise<PlayedSession> {
  const session = await PlayedSession.open(setting, { text: DARK_MODE_PROMPT });
  await tellDarkMode(session);
  return session;
}

/** A running turn, and two people who wait for it to end. */
export async function queued(setting: Setting): Promise<PlayedSession> {
  const session = await live(setting);
  const { ada, ben } = setting.cast.people;
  await session.prompt('Do the same on the login page, please.', ben);
  await session.prompt(
    'Then write it up in the changelog: one line, what changes for somebody who uses the shop, and nothing about how it is done inside.',
    ada,
  );
  return session;
}

/** A sandbox that could not be set up, for a reason that another try can't mend. */
export async function failedStart(setting: Setting): Promise<PlayedSession> {
  const session = await PlayedSession.open(setting, {
    text: 'Find out why the login test fails now and then.',
  });
  await session.boot();
  await session.phase('cloning');
  await session.phase('failed', {
    code: 'repository_forbidden',
    message:
      'The repository acme/playground can’t be read any more. Ask an owner of it for the right to read.',
  });
  await session.spread(30);
  return session;
}

/** A turn that the model ended with an error, after some work. */
export async function failedTurn(setting: Setting): Promise<PlayedSession> {
  const session = await PlayedSession.open(setting, { text: DARK_MODE_PROMPT });
  await session.start();
  const turn = await PlayedTurn.of(session);
  lookAround(turn);
  await turn.finish('failed', {
    code: 'model_unavailable',
    message: 'The model answered “overloaded” five times in a row.',
  });
  await session.spread(95);
  return session;
}

export async function archived(setting: Setting): Promise<PlayedSession> {
  const session = await idle(setting);
  await session.as(setting.cast.people.ada).sessions.archive({
    sessionId: session.id,
    commandId: CommandId.parse(randomUUID()),
  });
  return session;
}

/** People around the work: a comment, one that is done with, a viewer, and a budget that is used up. */
export async function together(setting: Setting): Promise<PlayedSession> {
  const session = await idle(setting);
  const { ada, ben } = setting.cast.people;
  const given = () => ({ sessionId: session.id, commandId: CommandId.parse(randomUUID()) });
  const comment = async (text: string, on: CommentPlace | null) => {
    const commentId = CommentId.parse(randomUUID());
    await session.as(ben).comments.add({ ...given(), commentId, text, on });
    return commentId;
  };
  await comment('Should the toggle follow the system at first?', {
    path: 'src/theme.ts',
    line: 12,
    side: 'new',
  });
  const done = await comment('The label reads “Dark”, not “dark”.', null);
  await session.as(ada).comments.resolve({ ...given(), commentId: done });
  await session.as(ada).sessions.setRole({ ...given(), userId: ben.person.id, role: 'viewer' });
  await session.as(ada).sessions.setBudget({ ...given(), limitUsd: 0.001 });
  return session;
}

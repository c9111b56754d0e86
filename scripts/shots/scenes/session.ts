import { archived, failedStart, failedTurn, idle, live, queued, together } from '../stories/sessions';
import { PlayedSession } from '../stage/played-session';
import { DARK_MODE_PROMPT } from '../stories/dark-mode';
import { askPermission, askQuestion } from '../stories/asks';
import { longSession } from '../stories/long';
import { FAILED_REQUEST, type Scene, type Setting, UNTITLED } from './scene';
import { comeBehind, loseTheLine } from './troubles';

/** The address of a session after a story. */
const after =
  (story: (setting: Setting) => Promise<PlayedSession>) =>
  async (setting: Setting): Promise<string> =>
    (await story(setting)).path;

async function asked(setting: Setting): Promise<PlayedSession> {
  return PlayedSession.open(setting, { text: DARK_MODE_PROMPT });
}

async function booting(setting: Setting): Promise<PlayedSession> {
  const session = await asked(setting);
  await session.boot();
  await session.phase('cloning');
  await session.phase('setup');
  const { epoch } = await session.row();
  await session.say({ kind: 'setup.log', epoch, text: 'npm ci\nadded 412 packages in 9s\n' });
  return session;
}

export const sessionScenes = {
  waiting: {
    as: 'ada',
    at: after(asked),
    shows: (page) => page.getByText(/Asking for a sandbox|waking the sandbox/).first(),
  },
  booting: {
    as: 'ada',
    at: after(booting),
    shows: (page) => page.getByText(/Running the setup|running the setup/).first(),
  },
  live: {
    as: 'ada',
    at: after(live),
    shows: (page) => page.locator('[data-live=true]').first(),
  },
  idle: {
    as: 'ada',
    at: after(idle),
    shows: (page) => page.locator('[data-outcome=completed]').first(),
  },
  long: {
    as: 'ada',
    at: after((setting) => longSession(setting)),
    shows: (page) => page.locator('[data-outcome]').last(),
  },
  'ask-permission': {
    as: 'ben',
    at: after(askPermission),
    shows: (page) => page.getByRole('button', { name: /Allow once/ }).first(),
  },
  'ask-question': {
    as: 'ada',
    at: after(askQuestion),
    shows: (page) => page.getByText('Where should the choice be kept?').first(),
  },
  queue: {
    as: 'ada',
    at: after(queued),
    shows: (page) => page.getByRole('region', { name: 'Queue' }).getByText('Ben Okri'),
  },
  'failed-start': {
    as: 'ada',
    at: after(failedStart),
    shows: (page) => page.getByText('The sandbox did not start').first(),
  },
  'failed-turn': {
    as: 'ada',
    at: after(failedTurn),
    shows: (page) => page.locator('[data-outcome=failed]').first(),
  },
  'catching-up': {
    as: 'ada',
    at: after(live),
    act: comeBehind,
    shows: (page) => page.locator('[data-sync=catching-up]'),
  },
  'no-live-connection': {
    as: 'ada',
    at: after(live),
    before: (page) => page.routeWebSocket(/.*/, (socket) => socket.close()),
    shows: (page) => page.getByText(/no live connection since/),
    expected: FAILED_REQUEST,
  },
  offline: {
    as: 'ada',
    at: after(live),
    act: loseTheLine,
    shows: (page) => page.locator('[data-sync=offline]'),
    expected: FAILED_REQUEST,
  },
  'read-only': {
    as: 'vera',
    at: after(live),
    shows: (page) => page.getByText(/watch|read only|read-only/i).first(),
  },
  together: {
    as: 'ada',
    at: after(together),
    shows: (page) => page.getByText('Should the toggle follow the system'),
  },
  watching: {
    as: 'ben',
    at: after(together),
    shows: (page) => page.getByText('One of its drivers can let you take part again'),
  },
  archived: {
    as: 'ada',
    at: after(archived),
    shows: (page) => page.getByText(/^This session is archived/),
  },
  forbidden: {
    as: 'mallory',
    at: after(live),
    shows: (page) => page.getByRole('heading', { name: 'There is nothing here that you can see' }),
    expected: /status of 404/,
  },
  'not-found': {
    as: 'ada',
    at: () => '/s/00000000-0000-4000-8000-000000000000',
    shows: (page) => page.getByRole('heading', { name: 'There is nothing here that you can see' }),
    expected: /status of 404/,
  },
  loading: {
    as: 'ada',
    at: after(idle),
    shows: (page) =>
      page
        .getByRole('status', { name: /Loading/ })
        .or(page.locator('[aria-busy=true]'))
        .first(),
    isHeld: true,
    exempt: UNTITLED,
  },
} satisfies Record<string, Scene>;

import { randomUUID } from 'node:crypto';
import { CommandId } from '@/domain/ids';
import { PlayedSession } from '../stage/played-session';
import { failedStart, failedTurn, idle, live } from '../stories/sessions';
import { askPermission } from '../stories/asks';
import { FAILED_REQUEST, type Scene, type Setting, UNTITLED } from './scene';

const HOME = '/';

/** A team in the middle of its day: two things need somebody, two run, some are over. */
async function busy(setting: Setting): Promise<string> {
  await idle(setting);
  await failedTurn(setting);
  await failedStart(setting);
  await askPermission(setting);
  const long =
    'Upgrade Prisma to the newest major version, go through its notes, and mend each place that the tests show, one commit for each';
  const working = await PlayedSession.open(setting, { text: long, by: setting.cast.people.ben });
  await working.start();
  await live(setting);
  return HOME;
}

/** One session that was archived: not a first use, but nothing to see. */
async function allOver(setting: Setting): Promise<string> {
  const session = await idle(setting);
  await session.as(setting.cast.people.ada).sessions.archive({
    sessionId: session.id,
    commandId: CommandId.parse(randomUUID()),
  });
  return HOME;
}

export const homeScenes = {
  'first-use': {
    as: 'ada',
    at: () => HOME,
    shows: (page) => page.getByRole('heading', { name: 'Give an agent its first task' }),
  },
  empty: {
    as: 'ada',
    at: allOver,
    shows: (page) => page.getByText(/archived|no session/i).first(),
  },
  loading: {
    as: 'ada',
    at: busy,
    shows: (page) => page.getByRole('status', { name: 'Loading' }).first(),
    isHeld: true,
    exempt: UNTITLED,
  },
  live: {
    as: 'ada',
    at: busy,
    shows: (page) => page.getByRole('region', { name: 'Running' }),
  },
  'needs-you': {
    as: 'ben',
    at: async (setting) => {
      await failedStart(setting);
      await askPermission(setting);
      return HOME;
    },
    shows: (page) => page.getByRole('region', { name: 'Needs you' }),
  },
  'filtered-to-nothing': {
    as: 'ada',
    at: busy,
    act: (page) => page.getByRole('searchbox').fill('a word that is in no session'),
    shows: (page) => page.getByRole('region', { name: 'Nothing found' }),
  },
  offline: {
    as: 'ada',
    at: busy,
    act: async (page) => {
      await page.getByRole('region', { name: 'Running' }).waitFor();
      await page.context().setOffline(true);
    },
    shows: (page) => page.getByText(/offline/i).first(),
    expected: FAILED_REQUEST,
  },
  failed: {
    as: 'ada',
    at: busy,
    act: async (page) => {
      await page.getByRole('region', { name: 'Running' }).waitFor();
      await page.route('**/api/trpc/**', (route) => route.fulfill({ status: 502, body: 'away' }));
      await page.getByRole('searchbox').fill('dark');
    },
    shows: (page) => page.getByText(/could not be read/).first(),
    expected: FAILED_REQUEST,
  },
} satisfies Record<string, Scene>;

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RepositoryId } from '@/domain/ids';
import { launchBrowser, visitAs } from './support/browser';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

const SETUP = 'echo setting up; mkdir -p deps; date +%s%N > deps/stamp\n';

let stack: RunningStack;
let api: Api;
let folder: string;
let repositoryId: RepositoryId;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-prebuilt-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, '.dispatch'));
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const environment = { warmUp: ['echo warmed > deps/warm; echo changed >> README.md', 'exit 3'] };
  commit({
    ...{ '.gitignore': 'deps\n', 'README.md': 'first\n', '.dispatch/setup.sh': SETUP },
    '.dispatch/environment.json': JSON.stringify(environment),
  });
  stack = await startRunningStack();
  ({ api } = await stack.as('ada'));
  const { repository } = await api.repositories.resolve.mutate({ address: folder });
  repositoryId = RepositoryId.parse(repository.id);
}, 240_000);
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function commit(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const git = (...argv: string[]) => execFileSync('git', ['-C', folder, ...argv], { encoding: 'utf8' });
  git('add', '--all');
  git('-c', 'user.name=T', '-c', 'user.email=t@example.test', 'commit', '--quiet', '--message', 'change');
  return git('rev-parse', 'HEAD').trim();
}

/** The newest build, once it ended. */
async function build() {
  await api.repositories.rebuild.mutate({ repositoryId });
  for (;;) {
    const [newest] = (await api.repositories.environment.query({ repositoryId })).builds;
    if (newest && newest.state !== 'building') return newest;
    await delay(300);
  }
}

/** A session that runs a command: its log, what it printed, and how its sandbox came up. */
async function started(command: string) {
  const { session, promptId } = await SessionDriver.open({ stack, api }, `run \`${command}\``, folder);
  expect((await session.untilFinished(promptId)).outcome).toBe('completed');
  const printed = JSON.stringify(session.all('part.finished'));
  const phases = session.all('sandbox.phase').map(({ phase, reason }) => [phase, reason?.code ?? null]);
  return { session, printed, phases };
}

const READY = [
  ['agent_starting', null],
  ['ready', null],
];

it('a repository’s environment is built once and serves sessions, on the branch as it is then', async () => {
  const built = await build();
  expect(built).toMatchObject({ state: 'ready', trigger: 'person', branch: 'main', reason: null });
  const { text: log } = await api.repositories.buildLog.query({ repositoryId, buildId: built.id });
  expect(log).toContain('setting up');
  expect(log).toContain('$ echo warmed > deps/warm');
  expect(log).toContain('exit 3: ended with exit status 3; what it left is kept');
  expect((await api.sessions.list.query()).map(({ title }) => title)).not.toContain('Prebuilt environment');
  await expect(api.sessions.get.query({ sessionId: built.id })).rejects.toThrow('no session');

  commit({ 'README.md': 'second\n', 'new.txt': 'new\n' });
  const one = await started(
    'cat deps/stamp deps/warm README.md new.txt; git status --short; git log --oneline',
  );
  expect(one.phases).toEqual([['requested', null], ['booting', 'prebuilt'], ...READY]);
  expect(one.printed).toContain('warmed\\nsecond\\nnew');
  // What the warm-up changed in the clone is no change of the session.
  expect(one.printed).not.toContain(' M README.md');
  // What one session writes no other sees.
  const other = await started('echo mine > deps/warm; cat deps/stamp');
  const stamp = /\d{19}/.exec(one.printed)?.[0];
  expect(stamp).toBeDefined();
  expect(other.printed).toContain(stamp);
  expect((await started('cat deps/warm')).printed).toContain('warmed');
});

it('a setup that changed runs again on it, and a build that fails leaves the last good one in use', async () => {
  commit({ '.dispatch/setup.sh': `${SETUP}echo broken; exit 7\n` });
  const failed = await build();
  expect(failed).toMatchObject({ state: 'failed', reason: { code: 'setup_failed' } });
  expect(failed.reason?.message).toContain('exit status 7');
  const { text } = await api.repositories.buildLog.query({ repositoryId, buildId: failed.id });
  expect(text).toContain('broken');

  commit({ '.dispatch/setup.sh': 'mkdir -p deps; echo anew > deps/stamp\n' });
  const { phases, printed } = await started('cat deps/stamp deps/warm');
  expect(phases.map(([phase]) => phase)).toEqual([
    ...['requested', 'booting', 'setup', 'agent_starting', 'ready'],
  ]);
  expect(printed).toContain('anew\\nwarmed');
});

it('what is saved in the settings counts instead of the file, and what is wrong with it is said', async () => {
  const save = (environment: string | null) =>
    api.repositories.setEnvironment.mutate({ repositoryId, environment });
  await expect(save('{"warmUp": 3}')).rejects.toThrow('warmUp must be a list');
  await save('{"warmUp": ["echo from-the-settings"]}');
  const { id, state } = await build();
  expect(state).toBe('ready');
  const { text } = await api.repositories.buildLog.query({ repositoryId, buildId: id });
  expect(text).toContain('from-the-settings');
  expect(text).not.toContain('warmed');
  await save(null);
});

it('it is built after a change by itself, once, and not again for the same', async () => {
  const head = commit({ 'README.md': 'third\n' });
  await api.repositories.setPrebuild.mutate({ repositoryId, minutes: 30 });
  const builds = async () => (await api.repositories.environment.query({ repositoryId })).builds;
  await expect
    .poll(async () => (await builds())[0], { timeout: 60_000, interval: 300 })
    .toMatchObject({
      ...{ trigger: 'schedule', commit: head, state: 'ready' },
    });
  const { length } = await builds();
  await api.repositories.setPrebuild.mutate({ repositoryId, minutes: 30 });
  await delay(3_000);
  expect(await builds()).toHaveLength(length);
  await api.repositories.setPrebuild.mutate({ repositoryId, minutes: null });
});

it('a prebuilt disk that is gone costs the setup and no session', async () => {
  rmSync(join(stack.folder, 'data/sandboxes/snapshots'), { recursive: true });
  const { phases } = await started('cat deps/stamp');
  expect(phases).toContainEqual(['booting', 'prebuilt_gone']);
  expect(phases.map(([phase]) => phase)).toContain('cloning');
  expect(phases.at(-1)).toEqual(['ready', null]);
});

it('the settings show how it was built and what is saved', async () => {
  const browser = await launchBrowser();
  const { page } = await visitAs(browser, stack.url, 'ada');
  await page.goto('/settings/repositories');
  const builds = page.locator(`[id="${repositoryId}"]`).getByRole('list', { name: 'Builds' });
  const broken = builds.locator('[data-build=failed]', { hasText: 'exit status 7' });
  await broken.getByRole('button', { name: 'Log' }).click();
  await builds.getByLabel('Log of the build', { exact: true }).getByText('broken').waitFor();
  const section = page.locator(`[id="${repositoryId}"]`);
  await section.getByRole('button', { name: 'Save one here instead' }).click();
  await section.getByRole('textbox').fill('{"warmUp": [""]}');
  await section.getByText('warmUp[0] must be a text of 1 to 500 characters').waitFor();
  await section.getByRole('textbox').fill('{"warmUp": ["npm test"]}');
  await section.getByRole('button', { name: 'Save', exact: true }).click();
  await expect
    .poll(async () => (await api.repositories.environment.query({ repositoryId })).environment)
    .toBe('{"warmUp": ["npm test"]}');
  await browser.close();
});

import { describe, expect, it } from 'vitest';
import type { FileAtHead } from '@/ports/repositories';
import { useDeps } from '@/testing/deps';
import { TestSession } from '@/testing/test-session';
import { checkSandbox } from './check-sandbox';

const world = useDeps();

/** What the provider was asked for, by a session whose repository has this environment file on a branch. */
async function askedFor(file: FileAtHead | null, branch = 'main'): Promise<unknown> {
  const session = await TestSession.create(world.current);
  const place = `${session.repository.url}@${branch}:.dispatch/environment.json`;
  if (file) world.current.repositoryHost.files.set(place, file);
  await session.send('one');
  await world.current.drain();
  return world.current.sandboxes.all.at(-1)?.spec.resources;
}

const text = (value: unknown): FileAtHead => ({ kind: 'text', text: JSON.stringify(value), isCut: false });

describe('the resources of a sandbox', () => {
  it('are those of the base branch, at most what the deployment allows', async () => {
    const file = text({ resources: { cpus: 64, memoryMiB: 2_048 } });
    expect(await askedFor(file)).toEqual({ cpus: 8, memoryMiB: 2_048 });
    expect(await askedFor(file, 'next')).toEqual({});
  });

  it.each<[string, FileAtHead | null]>([
    ['no file', null],
    ['a file with a mistake', text({ resources: { cpus: 'many', memoryMiB: 2_048 } })],
    ['a file that is cut', { kind: 'text', text: '{ "resources": { "cpus": 2 } }', isCut: true }],
    ['a host that shows no single file', { kind: 'unreadable', why: 'It gives no single file.' }],
  ])("are the provider's choice with %s", async (_, file) => {
    expect(await askedFor(file)).toEqual({});
  });

  it("are the provider's choice when the host is gone; the sandbox starts all the same", async () => {
    const session = await TestSession.create(world.current);
    world.current.repositoryHost.known.delete(session.repository.url);
    await session.send('one');
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { resources: {} } }]);
  });

  it('are read anew for the next sandbox', async () => {
    const { session } = await TestSession.ready(world.current);
    expect(world.current.sandboxes.all[0]?.spec.resources).toEqual({});
    const place = `${session.repository.url}@main:.dispatch/environment.json`;
    world.current.repositoryHost.files.set(place, text({ resources: { cpus: 3 } }));
    await session.send('two');
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { resources: { cpus: 3 } } }]);
  });
});

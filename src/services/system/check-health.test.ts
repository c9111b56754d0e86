import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobServer, startBlobServer } from '@/embedded/blobs/start-blob-server';
import { createSignedFolderBlobs } from '@/integrations/local/blobs';
import { type TestDeps, useDeps } from '@/testing/deps';
import { callAs, newPerson, TestSession } from '@/testing/test-session';
import { recordUsage } from '../models/record-usage';
import { sweep } from '../sandboxes/sweep';
import { checkHealth } from './check-health';
import type { HealthPart } from './health-line';

const world = useDeps();
const secret = 'a secret of the test';

let folder: string;
let blobServer: BlobServer;
let github: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-health-'));
  blobServer = await startBlobServer({ folder, secret, port: 0, allowedOrigins: [] });
  github = createServer((_request, response) => response.writeHead(302, { location: '/login' }).end());
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  github.close();
  await blobServer.close();
  await rm(folder, { recursive: true, force: true });
});

/** Dependencies of which every part is well. */
function healthy(): TestDeps {
  // A listening TCP server has an AddressInfo.
  const githubUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  const blobs = createSignedFolderBlobs({ baseUrl: blobServer.url, secret, now: () => Date.now() });
  const [first, ...others] = world.current.config.models;
  const models = [{ ...first, ref: { ...first.ref, standIn: false } }, ...others] as const;
  return { ...world.current, blobs, config: { ...world.current.config, githubUrl, models } };
}

async function lineOf(part: HealthPart, deps: TestDeps) {
  const line = (await checkHealth(deps)).find((candidate) => candidate.part === part);
  return `${line?.state ?? 'missing'}: ${line?.words ?? ''} ${line?.fix ?? '-'}`;
}

describe('an installation', () => {
  it('that is well says so, part by part, with nothing to do', async () => {
    await sweep(world.current);
    const lines = await checkHealth(healthy());
    expect(lines.map(({ part, state, fix }) => [part, state, fix])).toEqual(
      ['version', 'database', 'realtime', 'blobs', 'sandboxes', 'sweep', 'github', 'model'].map((part) => [
        ...[part, 'ok', null],
      ]),
    );
  });

  it('of which everything is gone answers all the same, with what to do for each', async () => {
    const deps = healthy();
    await blobServer.close();
    github.close();
    deps.realtime.answer = () => Promise.resolve({ ok: false, error: 'no answer', tooLarge: false });
    deps.sandboxes.outage = new Error('The sandbox host can’t be reached.');
    await deps.db.$executeRaw`UPDATE sweep_run SET ended_at = now() - interval '1 hour'`;
    const failed = (await checkHealth(deps)).filter(({ state }) => state === 'fail');
    expect(failed.map(({ part }) => part)).toEqual(['realtime', 'blobs', 'sandboxes', 'sweep', 'github']);
    for (const { words, fix } of failed) expect([words, fix]).not.toContain('');
    expect(failed.map(({ fix }) => fix)).not.toContain(null);
    blobServer = await startBlobServer({ folder, secret, port: 0, allowedOrigins: [] });
  });

  it('has a database whose migration did not end', async () => {
    await world.current.db.$executeRaw`
      INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at)
      VALUES ('half', 'x', '20990101000000_half', now())`;
    expect(await lineOf('database', healthy())).toContain(
      'fail: The migration 20990101000000_half did not end.',
    );
    await world.current.db.$executeRaw`DELETE FROM _prisma_migrations WHERE id = 'half'`;
  });

  it('whose blob store takes another secret is told so', async () => {
    const blobs = createSignedFolderBlobs({
      baseUrl: blobServer.url,
      secret: 'wrong',
      now: () => Date.now(),
    });
    expect(await lineOf('blobs', { ...healthy(), blobs })).toContain(
      'fail: It stored nothing and answered 403.',
    );
  });

  it('without walls around its sandboxes is warned', async () => {
    const deps = healthy();
    const capabilities = { isolation: 'none', localRepositories: true, exitSnapshot: true };
    Object.assign(deps.sandboxes, { capabilities: async () => capabilities });
    expect(await lineOf('sandboxes', deps)).toMatch(/^warn: .*plain processes/);
  });

  it.each([
    [10, 'ok: It last ran'],
    [300, 'warn: It last ran 5 min ago'],
    [3_600, 'fail: It last ran 60 min ago'],
  ])('whose sweep ended %d seconds ago', async (seconds, expected) => {
    await sweep(world.current);
    await world.current.db.$executeRaw`
      UPDATE sweep_run SET ended_at = now() - make_interval(secs => ${seconds})`;
    expect(await lineOf('sweep', healthy())).toContain(expected);
  });

  it('with a stand-in for a model says so, and how to get another', async () => {
    const deps = healthy();
    const [first] = deps.config.models;
    const config = { ...deps.config, models: [{ ...first, ref: { ...first.ref, standIn: true } }] as const };
    expect(await lineOf('model', { ...deps, config })).toMatch(
      /^warn: A stand-in answers.*ANTHROPIC_API_KEY/,
    );
  });

  it('whose model answers nobody fails there', async () => {
    const { session } = await TestSession.ready(world.current);
    const account = { sessionId: session.id, epoch: 1, turnId: null, userId: null };
    const call = (status: number) =>
      recordUsage(world.current, account, {
        ...{ model: 'scripted', inputTokens: 0, outputTokens: 0, isEstimated: false, status },
      });
    await call(401);
    expect(await lineOf('model', healthy())).toContain('fail: Scripted: none of 1 calls');
    await call(200);
    expect(await lineOf('model', healthy())).toContain(
      'ok: Scripted: 1 calls answered in the last day, 1 failed.',
    );
  });

  it('is shown to whoever is signed in', async () => {
    const call = callAs(healthy(), await newPerson(world.current));
    expect((await call.system.health()).map(({ part }) => part)).toContain('database');
  });
});

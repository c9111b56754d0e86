import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeTree } from './disk';
import { Disks, MAX_LAYERS } from './disks';
import { mountsBelow, unmount, whyNoOverlay } from './overlay';
import { type SandboxRecord, SandboxRecords } from './sandbox-records';
import { type Wall } from './wall';

let dataDir: string;
let records: SandboxRecords;
let lives = 0;

beforeEach(async () => {
  // Blanks, colons and commas mean something to mount(8).
  dataDir = await mkdtemp(join(tmpdir(), 'dispatch, disks: '));
  records = new SandboxRecords(dataDir);
  await records.load();
});
afterEach(async () => {
  for (const target of await mountsBelow(dataDir)) await unmount(target);
  await removeTree(dataDir);
});

/** A wall behind which disks have paths of their own, and nothing is run. */
const wall: Wall = {
  ...{ mode: 'bwrap', isolation: 'namespace', mainCommand: [], hasPrivatePaths: true },
  diskOf: ({ id }) => join(records.folderOf(id), 'disk'),
  pathsOf: () => ({ DISPATCH_WORKSPACE: '/workspace', DISPATCH_STATE: '/state', HOME: '/home', PATH: '' }),
  ownFolders: () => [],
  start: () => Promise.reject(new Error('Nothing is run here.')),
};

const disksOf = (isLayered: boolean) => new Disks({ records, wall, isLayered });

/** A sandbox that begins with a snapshot, or with nothing. */
async function begin(disks: Disks, snapshot?: string): Promise<SandboxRecord> {
  const id = `sb-${(lives += 1)}`;
  const record: SandboxRecord = {
    ...{
      id,
      key: id,
      labels: {},
      mode: 'bwrap',
      disk: wall.diskOf({ id, session: id }),
      readOnlyFolder: null,
    },
    ...{
      layers: [],
      groups: [],
      processes: [],
      exitCode: null,
      limit: null,
      limitsHit: [],
      isExitTold: false,
    },
  };
  await records.save(record);
  await disks.lay(record, snapshot === undefined ? { type: 'image' } : { type: 'snapshot', id: snapshot });
  // As the pool does, before anything is written.
  await records.save(record);
  return record;
}

/** Ends a sandbox and keeps its disk. */
async function sleep(disks: Disks, record: SandboxRecord): Promise<string> {
  await disks.release(record);
  const snapshot = await disks.keep(record);
  await disks.remove(record);
  return snapshot;
}

const inWorkspace = (record: SandboxRecord, name: string) => join(record.disk, 'workspace', name);
const snapshotFolders = async () => (await readdir(join(dataDir, 'snapshots'))).sort();

const whyNot = await whyNoOverlay(tmpdir());
describe.skipIf(whyNot !== null)(`disks of layers${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  test('a disk that sleeps again and again keeps all its files in few layers', async () => {
    const disks = disksOf(true);
    let snapshot: string | undefined;
    for (let life = 0; life < MAX_LAYERS + 3; life += 1) {
      const record = await begin(disks, snapshot);
      await writeFile(inWorkspace(record, `of-${life}`), String(life));
      await writeFile(inWorkspace(record, 'last'), String(life));
      if (life > 0) await rm(inWorkspace(record, `of-${life - 1}`));
      const before = snapshot;
      snapshot = await sleep(disks, record);
      if (before !== undefined) await disks.drop(before);
      expect((await records.findSnapshot(snapshot))?.layers?.length).toBeLessThanOrEqual(MAX_LAYERS);
    }
    const record = await begin(disks, snapshot);
    const last = String(MAX_LAYERS + 2);
    expect((await readdir(join(record.disk, 'workspace'))).sort()).toEqual(['last', `of-${last}`]);
    expect(await readFile(inWorkspace(record, 'last'), 'utf8')).toBe(last);
    // The flattened one and what came after it; the layers before it went with their snapshots.
    expect(await snapshotFolders()).toEqual([...record.layers].sort());
    expect(record.layers.length).toBeLessThan(MAX_LAYERS);
  });

  test('a layer stays as long as a snapshot or a running sandbox needs it', async () => {
    const disks = disksOf(true);
    const base = await sleep(disks, await begin(disks));
    const [one, two] = [await begin(disks, base), await begin(disks, base)];
    await disks.drop(base);
    const top = await sleep(disks, one);
    expect(await snapshotFolders()).toEqual([base, top].sort());
    await disks.drop(top);
    expect(await snapshotFolders()).toEqual([base]);
    await disks.remove(two);
    expect(await snapshotFolders()).toEqual([]);
  });

  test('a folder of a layer can be renamed, and is found under its new name in later lives', async () => {
    const disks = disksOf(true);
    const first = await begin(disks);
    await mkdir(inWorkspace(first, 'old'));
    await writeFile(inWorkspace(first, 'old/file'), 'kept');
    const second = await begin(disks, await sleep(disks, first));
    await rename(inWorkspace(second, 'old'), inWorkspace(second, 'new'));
    const third = await begin(disks, await sleep(disks, second));
    expect(await readFile(inWorkspace(third, 'new/file'), 'utf8')).toBe('kept');
    expect(await readdir(join(third.disk, 'workspace'))).toEqual(['new']);
  });

  test('a snapshot of the time before there were layers is one layer', async () => {
    const disks = disksOf(true);
    const folder = records.snapshotFolder('snap-old');
    for (const name of ['workspace', 'home', 'state'])
      await mkdir(join(folder, 'disk', name), { recursive: true });
    await writeFile(join(folder, 'disk/workspace/file'), 'old');
    const paths = { workspace: '/workspace', home: '/home' };
    await writeFile(join(folder, 'snapshot.json'), JSON.stringify({ id: 'snap-old', mode: 'bwrap', paths }));
    const record = await begin(disks, 'snap-old');
    expect(record.layers).toEqual(['snap-old']);
    expect(await readFile(inWorkspace(record, 'file'), 'utf8')).toBe('old');
  });

  test('a host that comes after a crash unmounts what was left, and what was written is kept', async () => {
    const disks = disksOf(true);
    const base = await sleep(disks, await begin(disks));
    const record = await begin(disks, base);
    await writeFile(inWorkspace(record, 'file'), 'written');
    await disks.drop(base);
    const next = disksOf(true);
    await next.adopt(await records.load());
    expect(await mountsBelow(dataDir)).toEqual([]);
    const again = await begin(next, await sleep(next, record));
    expect(await readFile(inWorkspace(again, 'file'), 'utf8')).toBe('written');
  });

  test('as long as there is a record that can not be read, no layer is removed', async () => {
    const disks = disksOf(true);
    const base = await sleep(disks, await begin(disks));
    await mkdir(records.snapshotFolder('snap-of-a-later-version'));
    await writeFile(
      join(records.snapshotFolder('snap-of-a-later-version'), 'snapshot.json'),
      '{"layers":{}}',
    );
    await disks.drop(base);
    expect(await snapshotFolders()).toEqual([base, 'snap-of-a-later-version'].sort());
    await expect(begin(disks, base)).rejects.toMatchObject({ details: { why: 'snapshot_gone' } });
  });

  test('where overlays work no more, a disk of layers is refused and one of a single layer is copied', async () => {
    const disks = disksOf(true);
    const single = await sleep(disks, await begin(disks));
    const layered = await sleep(disks, await begin(disks, single));
    const copying = disksOf(false);
    await expect(begin(copying, layered)).rejects.toMatchObject({ details: { why: 'not_supported' } });
    expect((await begin(copying, single)).layers).toEqual([]);
  });
});

test('a snapshot with an end is forgotten after it', async () => {
  const disks = disksOf(false);
  const record = await begin(disks);
  const snapshot = await disks.copyLive(record, { ttlSeconds: -1, timeoutMs: 10_000 });
  const kept = await disks.copyLive(record, { ttlSeconds: 600, timeoutMs: 10_000 });
  await disks.remove(record);
  expect(await snapshotFolders()).toEqual([kept]);
  await expect(begin(disks, snapshot)).rejects.toMatchObject({ details: { why: 'snapshot_gone' } });
});

test('a copy that takes too long is given up, and leaves nothing', async () => {
  const disks = disksOf(false);
  const record = await begin(disks);
  for (let number = 0; number < 2_000; number += 1) await writeFile(inWorkspace(record, String(number)), '');
  const copy = disks.copyLive(record, { ttlSeconds: null, timeoutMs: 1 });
  await expect(copy).rejects.toMatchObject({ code: 'sandbox_unavailable', details: { why: 'timeout' } });
  expect(await snapshotFolders()).toEqual([]);
  expect((await readdir(records.folderOf(record.id))).sort()).toEqual(['disk', 'sandbox.json']);
});

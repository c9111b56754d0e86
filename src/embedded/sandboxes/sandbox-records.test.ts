import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SandboxRecord, SandboxRecords } from './sandbox-records';

let folder: string;
let records: SandboxRecords;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-records-'));
  records = new SandboxRecords(folder);
  await records.load();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recordOf = (id: string): SandboxRecord => ({
  ...{ id, key: id, labels: {}, mode: 'process', disk: join(folder, id), readOnlyFolder: null },
  ...{ layers: [], groups: [], processes: [], exitCode: null, limit: null, limitsHit: [], isExitTold: false },
});

test('a record that is written many times at once is there as it was last', async () => {
  const record = recordOf('sb-1');
  const writes = Array.from({ length: 30 }, (_, code) => {
    record.exitCode = code;
    return records.save(record);
  });
  await Promise.all(writes);
  expect(await new SandboxRecords(folder).load()).toEqual([{ ...record, exitCode: 29 }]);
});

test('a write that fails keeps neither the next one nor another record from being written', async () => {
  const good = recordOf('sb-good');
  const bad = recordOf('sb-bad');
  Object.assign(bad, { labels: { session: 1n } });
  await expect(records.save(bad)).rejects.toThrow();
  bad.labels = {};
  await Promise.all([records.save(bad), records.save(good)]);
  expect((await records.load()).map(({ id }) => id).toSorted()).toEqual(['sb-bad', 'sb-good']);
});

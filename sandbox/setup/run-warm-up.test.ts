import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runWarmUp } from './run-warm-up';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-warm-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function told(commands: string[], { timeoutSeconds = 60, stopAfterMs = 0 } = {}): Promise<string> {
  const stopping = new AbortController();
  const said: string[] = [];
  if (stopAfterMs > 0) setTimeout(() => stopping.abort(), stopAfterMs);
  const place = { folder, state: folder, home: folder, path: '/usr/local/bin:/usr/bin:/bin' };
  await runWarmUp({
    ...{ commands, timeoutSeconds },
    run: { ...place, runId: `warm-${folder}`, signal: stopping.signal },
    tell: (text) => said.push(text),
    stop: () => stopping.abort(),
  });
  return said.join('');
}

it('goes on after a command that fails, and after one that does not exist', async () => {
  const said = await told(['echo one', 'exit 3', 'no-such-program', 'echo two']);
  expect(said).toContain('$ echo one\none');
  expect(said).toContain('exit 3: ended with exit status 3');
  expect(said).toContain('no-such-program: ended with exit status 127');
  expect(said).toContain('$ echo two\ntwo');
});

it('ends one that hangs, and leaves out what there is no time for', async () => {
  const said = await told(['echo before; sleep 1000', 'echo never'], { timeoutSeconds: 1 });
  expect(said).toContain('before');
  expect(said).toContain('was ended, since its time was over');
  expect(said).toContain('echo never: not run');
});

it('keeps the beginning and the end of 100 MB, and says how much was left out', async () => {
  const said = await told(['echo first; head -c 100000000 /dev/zero | tr "\\0" x | fold -w 99; echo last']);
  expect(said.length).toBeLessThan(200_000);
  expect(said).toContain('first');
  expect(said).toContain('last');
  expect(said).toMatch(/left out|… .*(MB|bytes|kB)/);
}, 60_000);

it('ends with the sandbox', async () => {
  expect(await told(['sleep 1000', 'echo never'], { stopAfterMs: 300 })).not.toContain('never');
});

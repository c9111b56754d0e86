import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

const THEIRS = `
[theirs]
active = true
token_id = "ak-theirs"
token_secret = "as-theirs"
environment = "theirs"
server_url = "https://theirs.example.com"
`;

/** In a process of its own, since the file is read once, when the SDK is loaded. */
test('what somebody at this machine configured for Modal is not used', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dispatch-home-'));
  await writeFile(join(home, '.modal.toml'), THEIRS);
  const module = fileURLToPath(new URL('./load-modal.ts', import.meta.url));
  const program = `
    import { loadModal } from ${JSON.stringify(module)};
    const { ModalClient } = await loadModal();
    console.log(JSON.stringify(new ModalClient().profile));`;
  const options = { env: { HOME: home, NODE_ENV: 'test' as const } };
  const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, argv, options);
  expect(stdout).toContain('https://api.modal.com');
  expect(stdout).not.toContain('theirs');
  await rm(home, { recursive: true });
});

// Main process of a sandbox. It expects `bridge.mjs` beside its own file.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownEnvironment, readSandboxEnvironment } from './environment';
import { Supervisor } from './supervisor';

const environment = readSandboxEnvironment();
mkdirSync(environment.DISPATCH_STATE, { recursive: true, mode: 0o700 });
mkdirSync(environment.DISPATCH_WORKSPACE, { recursive: true });

const supervisor = new Supervisor({
  bridgePath: join(dirname(process.argv[1] ?? '.'), 'bridge.mjs'),
  env: ownEnvironment(),
  stateFolder: environment.DISPATCH_STATE,
  onEnd: (exitCode) => process.exit(exitCode),
});
process.on('SIGTERM', () => supervisor.terminate());
process.on('SIGINT', () => supervisor.terminate());
supervisor.start();

import { messageOf } from '@/domain/errors';
import { startSandboxHost, type SandboxHostOptions } from '@/embedded/sandboxes/start-sandbox-host';

/** The process of `SandboxHostProcess`: its options come as JSON, and what happens goes to its parent. */
const send = (message: unknown) => void process.send?.(message);
// The parent is this folder's own test harness, which sends just this.
const options = JSON.parse(process.argv[2] ?? '{}') as SandboxHostOptions;
try {
  const { url, notice } = await startSandboxHost({
    ...options,
    onExit: (ref, exit) => send({ exitOf: ref.id, exit }),
    log: (line) => console.error(line),
  });
  send({ url, notice });
} catch (error) {
  send({ failure: messageOf(error) });
}

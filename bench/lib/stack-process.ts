import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openStage, type Stage } from '../../scripts/shots/stage/open-stage';

const Answer = z.union([
  z.object({ ok: z.literal(true), url: z.string() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/**
 * A whole stack of the built app as a process of its own, since what measures must not be what is measured. Closing the
 * stage ends it.
 */
export async function openStackProcess(
  say: (line: string) => void,
  environment: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-'));
  // Postgres runs as another user when this runs as root, and must get in.
  chmodSync(folder, 0o755);
  const dataFolder = join(folder, 'data');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/embedded/stack/main.ts', '--built', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, DISPATCH_DATA: dataFolder, PORT: '0' },
    },
  );
  const notices: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    notices.push(line);
    if (line.startsWith('  !')) say(`stack:${line.slice(3)}`);
  });
  const exited = once(child, 'exit');
  const end = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const lines = createInterface({ input: child.stdout });
    const first: unknown = await Promise.race([
      once(lines, 'line').then(([line]: unknown[]) => line),
      exited,
    ]);
    if (typeof first !== 'string') throw new Error(`the stack ended: ${notices.slice(-5).join('\n')}`);
    const answer = Answer.parse(JSON.parse(first));
    if (!answer.ok) throw new Error(answer.error);
    const stage = await openStage({ dataFolder, app: 'built', say });
    return {
      ...stage,
      close: async () => {
        await stage.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

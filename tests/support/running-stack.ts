import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import { startStack, type Stack, type StackOptions } from '@/embedded/stack/start-stack';

export type Api = ReturnType<typeof apiClient>;

/**
 * A whole stack of its own for one test file, on free ports, with the built app: one process of it, or with
 * `DISPATCH_FRESH=1` many short-lived ones, as serverless platforms run it.
 */
export interface RunningStack extends Stack {
  folder: string;
  notices: string[];
  /** A client of the API as one of the emulated people; the token is what the CLI takes. */
  as(login: string): Promise<{ api: Api; token: string }>;
}

export async function startRunningStack(overrides: Partial<StackOptions> = {}): Promise<RunningStack> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-e2e-'));
  // Postgres runs as another user when the tests run as root, and must get in.
  chmodSync(folder, 0o755);
  const notices: string[] = [];
  const stack = await startStack({
    dataFolder: join(folder, 'data'),
    port: 0,
    app: process.env['DISPATCH_FRESH'] === '1' ? 'fresh' : 'built',
    sandboxMode: 'auto',
    environment: process.env,
    onPart: (part, where) => notices.push(`${part}: ${where}`),
    onNotice: (notice) => notices.push(notice),
    ...overrides,
  });
  const people = new Map<string, Promise<string>>();
  return {
    ...stack,
    folder,
    notices,
    as: async (login) => {
      const making = people.get(login) ?? makeToken(stack.url, login, 'test');
      people.set(login, making);
      const token = await making;
      return { token, api: apiClient(stack.url, { authorization: `Bearer ${token}` }) };
    },
    stop: async () => {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

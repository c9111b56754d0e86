import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AskId } from '@/domain/ids';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';

vi.setConfig({ testTimeout: 120_000 });

const database = useDatabase();
let bench: CliBench;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
  await bench.signIn();
});
afterAll(() => bench.close());

interface Example {
  name: string;
  method: string;
  input: string | null;
}

const EXAMPLE =
  /^### `([\w.]+)`\n\n.+?```http\n(GET|POST) \/api\/trpc\/([\w.]+)(?:\?input=(.*?))?\n(.*?)```/gms;

function readExamples(): Example[] {
  const page = readFileSync('docs/api.md', 'utf8');
  return [...page.matchAll(EXAMPLE)].map(([, name = '', method = '', path, query, rest = '']) => {
    expect(path).toBe(name);
    const body = /\n\n(.+)\n/s.exec(rest)?.[1] ?? null;
    return { name, method, input: query ?? body };
  });
}

function calledProcedures(): string[] {
  const sources = globSync('src/cli/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
  const text = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
  return [...text.matchAll(/\b(\w+)\s*\.(\w+)\s*\.(?:query|mutate)\(/g)].map(
    ([, noun, verb]) => `${noun!}.${verb!}`,
  );
}

/** No sandbox answers here, nothing has failed that could be tried again, and an earlier example stopped the turn. */
const REFUSED: Readonly<Record<string, string>> = {
  'files.tree': 'sandbox_unavailable',
  'files.read': 'sandbox_unavailable',
  'files.names': 'sandbox_unavailable',
  'ports.list': 'sandbox_unavailable',
  'ports.ticket': 'sandbox_unavailable',
  'ports.terminal': 'sandbox_unavailable',
  'prompts.retry': 'conflict',
  // The repository of the bench is none at GitHub.
  'pullRequests.open': 'repository_forbidden',
};

const Failure = z.object({
  error: z.object({ json: z.object({ message: z.string(), data: z.object({ appCode: z.string() }) }) }),
});
const Data = z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) });

async function call({ name, method, input }: Example, token: string) {
  const query = method === 'GET' && input !== null ? `?input=${encodeURIComponent(input)}` : '';
  const response = await fetch(`${bench.api.url}/api/trpc/${name}${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method === 'POST' && input !== null ? { body: input } : {}),
  });
  const answer: unknown = await response.json();
  if (response.ok) return { said: 'ok', data: Data.parse(answer).result.data.json };
  const { message, data } = Failure.parse(answer).error.json;
  return { said: name in REFUSED ? data.appCode : `${data.appCode}: ${message}`, data: null };
}

it('every procedure that the command calls stands in docs/api.md, and no other', () => {
  const documented = readExamples().map(({ name }) => name);
  expect([...documented].sort()).toEqual([...new Set(calledProcedures())].sort());
});

it('every example there is what the server takes', async () => {
  const { sessionId, promptId, turnId, bridge } = await bench.session();
  const ask = { type: 'permission' as const, permission: 'bash', title: 'ls', always: [] };
  const askId = AskId.parse('per_1');
  await bridge.report({ kind: 'ask.opened', turnId, askId, ask, toolPartId: null });
  const { repositoryId, accessVersion } = await bench.api.db.session.findUniqueOrThrow({
    where: { id: sessionId },
  });
  const values: Record<string, string> = {
    ...{ SESSION: sessionId, PROMPT: promptId, TURN: turnId, ASK: askId, WAITING: randomUUID() },
    ...{ REPOSITORY: repositoryId, ACCESS: String(accessVersion), DEVICE: '' },
  };
  const fill = (example: Example): Example => ({
    ...example,
    input: example.input?.replace(/\$([A-Z]+)/g, (_, id: string) => values[id] ?? randomUUID()) ?? null,
  });
  const isRefused = ({ name }: Example): boolean => REFUSED[name] === 'sandbox_unavailable';
  const examples = readExamples();
  // Each of those waits for a sandbox that says nothing.
  const waiting = examples.filter(isRefused).map(async (example) => {
    expect([example.name, (await call(fill(example), bench.token)).said]).toEqual([
      example.name,
      'sandbox_unavailable',
    ]);
  });
  for (const example of examples.filter((each) => !isRefused(each) && each.name !== 'auth.signOut')) {
    const { said, data } = await call(fill(example), bench.token);
    expect([example.name, said]).toEqual([example.name, REFUSED[example.name] ?? 'ok']);
    if (example.name === 'auth.startDevice')
      values['DEVICE'] = z.object({ deviceCode: z.string() }).parse(data).deviceCode;
  }
  await Promise.all(waiting);
  const last = examples.filter(({ name }) => name === 'auth.signOut');
  for (const example of last) expect((await call(fill(example), bench.token)).said).toBe('ok');
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

/** The real agent, running on a folder, for tests. */
export interface OpenCodeServer {
  url: string;
  /** For a request's `authorization` header. */
  authorization: string;
  /** Opens a session on a folder and returns its id. */
  createSession: (directory: string) => Promise<string>;
  /** Stops what runs in a session. */
  abort: (where: { directory: string; sessionId: string }) => Promise<void>;
  /** Sends one prompt, in a new session unless one is named, and resolves when its turn is over. */
  prompt: (text: string, where: { directory: string; sessionId?: string }) => Promise<OpenCodeTurn>;
  /** Kills the server's whole process group and removes its home. */
  close: () => Promise<void>;
}

export interface OpenCodeTurn {
  sessionId: string;
  /** Every text and tool call of the turn, in order. */
  parts: readonly OpenCodePart[];
  error: string | undefined;
}

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  tool: z.string().optional(),
  state: z.looseObject({ status: z.string(), output: z.string().optional() }).optional(),
});
type OpenCodePart = z.infer<typeof partSchema>;

const sessionSchema = z.looseObject({ id: z.string() });
const messagesSchema = z.array(
  z.looseObject({
    info: z.looseObject({
      id: z.string(),
      role: z.string(),
      parentID: z.string().optional(),
      error: z.looseObject({ name: z.string() }).optional(),
    }),
    parts: z.array(partSchema),
  }),
);
const answerSchema = z.looseObject({ info: z.looseObject({ parentID: z.string() }) });

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const VERSION = '1.18.33';

/** The pinned binary of the agent. */
export const OPENCODE_BINARY = join(MODULES, 'opencode-linux-x64/bin/opencode');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
};

const configFor = ({ modelUrl, instructions = [], asks = false }: OpenCodeOptions): string => {
  const limit = { context: 200_000, output: 32_000 };
  return JSON.stringify({
    model: 'local/model',
    small_model: 'local/small',
    enabled_providers: ['local'],
    provider: {
      local: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Local',
        options: { baseURL: modelUrl, apiKey: 'none' },
        models: { model: { tool_call: true, reasoning: true, limit }, small: { limit } },
      },
    },
    ...{ autoupdate: false, share: 'disabled', snapshot: false, formatter: false, lsp: false },
    permission: asks
      ? { question: 'allow', bash: { 'git push*': 'ask' } }
      : { '*': 'allow', question: 'deny', webfetch: 'deny', websearch: 'deny' },
    experimental: { continue_loop_on_deny: true },
    instructions,
  });
};

/** Seeds the config folder, so that OpenCode does not try to install its plugin package at first use. */
const makeHome = async (): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'opencode-home-'));
  const config = join(home, '.config/opencode');
  const dependencies = { '@opencode-ai/plugin': VERSION };
  await mkdir(join(config, 'node_modules'), { recursive: true });
  await writeFile(join(config, 'package.json'), JSON.stringify({ dependencies }));
  const lock = { lockfileVersion: 3, packages: { '': { dependencies } } };
  await writeFile(join(config, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(home, 'models.json'), '{}');
  return home;
};

const environmentFor = (home: string, server: { config: string; password: string }): NodeJS.ProcessEnv => ({
  NODE_ENV: 'test',
  PATH: [join(MODULES, '@vscode/ripgrep-linux-x64/bin'), process.env['PATH'] ?? ''].join(delimiter),
  LANG: 'C.UTF-8',
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_DATA_HOME: join(home, '.local/share'),
  XDG_STATE_HOME: join(home, '.local/state'),
  XDG_CACHE_HOME: join(home, '.cache'),
  OPENCODE_CONFIG_CONTENT: server.config,
  OPENCODE_SERVER_PASSWORD: server.password,
  OPENCODE_MODELS_PATH: join(home, 'models.json'),
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  OPENCODE_DISABLE_EMBEDDED_WEB_UI: '1',
  OPENCODE_DISABLE_CLAUDE_CODE: '1',
  OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
});

/** A request made before the handler stands is never answered, so each try is cut short. */
const untilHealthy = async (server: {
  url: string;
  authorization: string;
  child: ChildProcess;
}): Promise<void> => {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (server.child.exitCode !== null)
      throw new Error(`OpenCode ended with ${String(server.child.exitCode)}.`);
    const answer = await fetch(`${server.url}/global/health`, {
      headers: { authorization: server.authorization },
      signal: AbortSignal.timeout(500),
    }).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(100);
  }
  throw new Error('OpenCode did not come up.');
};

const killGroup = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exited;
};

const errorOf = (turn: z.infer<typeof messagesSchema>): string | undefined =>
  turn.map((message) => message.info.error?.name).find((name) => name !== undefined);

export interface OpenCodeOptions {
  /** The model's base URL, with `/v1` at its end. */
  modelUrl: string;
  /** Absolute paths of files whose text goes into the system prompt, where AGENTS.md would. */
  instructions?: readonly string[];
  /** Whether it asks questions, and permission to push; else it asks nothing. */
  asks?: boolean;
}

/** Starts the pinned OpenCode on loopback, offline, with a home of its own. */
export const startOpenCode = async (options: OpenCodeOptions): Promise<OpenCodeServer> => {
  const [home, port] = [await makeHome(), await freePort()];
  const password = 'test';
  const url = `http://127.0.0.1:${String(port)}`;
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
  const child = spawn(OPENCODE_BINARY, ['serve', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: home,
    detached: true,
    stdio: 'ignore',
    env: environmentFor(home, { config: configFor(options), password }),
  });
  const close = async () => {
    await killGroup(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilHealthy({ url, authorization, child });
  } catch (error) {
    await close();
    throw error;
  }
  const ask = async (path: string, directory: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization, 'content-type': 'application/json', 'x-opencode-directory': directory },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${String(answer.status)}: ${await answer.text()}`);
    return answer.json();
  };
  const createSession = async (directory: string) =>
    sessionSchema.parse(await ask('/session', directory, { title: 'test' })).id;
  const prompt: OpenCodeServer['prompt'] = async (text, { directory, sessionId }) => {
    const id = sessionId ?? (await createSession(directory));
    const body = { parts: [{ type: 'text', text }] };
    const answer = answerSchema.parse(await ask(`/session/${id}/message`, directory, body));
    const messages = messagesSchema.parse(await ask(`/session/${id}/message`, directory));
    const turn = messages.filter((message) => message.info.parentID === answer.info.parentID);
    return { sessionId: id, parts: turn.flatMap((message) => message.parts), error: errorOf(turn) };
  };
  const abort: OpenCodeServer['abort'] = async ({ directory, sessionId }) => {
    await ask(`/session/${sessionId}/abort`, directory, {});
  };
  return { url, authorization, createSession, prompt, abort, close };
};

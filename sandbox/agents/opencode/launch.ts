import { lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BootResponse } from '@/domain/wire/bridge';
import type { AgentLaunch } from '../../supervisor/messages';
import { errorCode } from '../../supervisor/kill-processes';
import { effortVariants } from './effort-variants';

/** The version whose protocol the translator knows; OpenCode looks for a plugin package of the same one. */
const PLUGIN_PACKAGE = { '@opencode-ai/plugin': '1.18.33' };

/** OpenCode's own name for the one provider it gets. */
const PROVIDER_ID = 'dispatch';

const MODEL_TIMEOUT_MS = 120_000;

export interface LaunchRequest {
  command: string;
  /** The repository: working folder and root of what the agent sees. */
  folder: string;
  home: string;
  path: string;
  /** What the image says of its programs, such as where its browser is. */
  imageVariables: Readonly<Record<string, string>>;
  /** Our `plugin.mjs`. */
  plugin: string;
  port: number;
  password: string;
  /** Base of the model proxy; the SDK adds its own route to it. */
  modelUrl: string;
  model: BootResponse['model'];
  effort: BootResponse['effort'];
  /** Folders outside the repository that the agent may use without asking. */
  openFolders: readonly string[];
  /** How its git asks for what it needs to read the repository; nothing where that is open to all. */
  gitSettings: Readonly<Record<string, string>>;
}

/**
 * How to start OpenCode without network and without anything that the repository could run in it. It writes what
 * OpenCode would otherwise install at its first use of a configuration folder (63 MB from a registry).
 */
export function prepareLaunch(request: LaunchRequest): AgentLaunch {
  const { home, port, password } = request;
  const xdg = {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
  };
  const configFolder = join(xdg.XDG_CONFIG_HOME, 'opencode');
  seedConfigFolder(configFolder);
  const models = join(configFolder, 'models.json');
  // With OpenCode's own catalogue every start takes 130 MB and two seconds more.
  writeFileSync(models, '{}\n');
  return {
    command: request.command,
    args: ['serve', '--hostname', '127.0.0.1', '--port', String(port), '--print-logs', '--log-level', 'WARN'],
    cwd: request.folder,
    port,
    password,
    env: {
      ...request.imageVariables,
      PATH: request.path,
      HOME: home,
      LANG: 'C.UTF-8',
      ...xdg,
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        ...configuration(request),
        plugin: [pathToFileURL(request.plugin).href],
      }),
      OPENCODE_SERVER_PASSWORD: password,
      OPENCODE_MODELS_PATH: models,
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_EMBEDDED_WEB_UI: '1',
      OPENCODE_DISABLE_CLAUDE_CODE: '1',
      OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
      OPENCODE_DISABLE_PROJECT_CONFIG: '1',
      // Nobody sits at the agent's shell: what would ask or page must not wait for ever.
      GIT_TERMINAL_PROMPT: '0',
      GIT_PAGER: 'cat',
      PAGER: 'cat',
      ...request.gitSettings,
    },
  };
}

function seedConfigFolder(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const dependencies = PLUGIN_PACKAGE;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  const lock = { lockfileVersion: 3, packages: { '': { dependencies } } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

const SDK_PACKAGES: Readonly<Record<BootResponse['model']['provider'], string>> = {
  anthropic: '@ai-sdk/anthropic',
  openai: '@ai-sdk/openai',
  'openai-compatible': '@ai-sdk/openai-compatible',
};

function configuration({ model, modelUrl, folder, effort, openFolders }: LaunchRequest): object {
  const name = `${PROVIDER_ID}/${model.id}`;
  const { cost } = model;
  return {
    model: name,
    small_model: name,
    enabled_providers: [PROVIDER_ID],
    provider: {
      [PROVIDER_ID]: {
        npm: SDK_PACKAGES[model.provider],
        name: 'Dispatch',
        // The proxy puts the sandbox's token in this one's place; SDKs refuse to start without any.
        options: {
          baseURL: modelUrl,
          apiKey: 'dispatch',
          headerTimeout: MODEL_TIMEOUT_MS,
          chunkTimeout: MODEL_TIMEOUT_MS,
        },
        models: {
          [model.id]: {
            name: model.id,
            tool_call: true,
            attachment: model.acceptsImages,
            modalities: { input: model.acceptsImages ? ['text', 'image'] : ['text'], output: ['text'] },
            limit: { context: model.contextTokens, output: model.outputTokens },
            cost: {
              input: cost.input,
              output: cost.output,
              cache_read: cost.cacheRead,
              cache_write: cost.cacheWrite,
            },
            // Only of a model that reasons OpenCode makes variants; a prompt names one of them.
            ...(effort !== null && { reasoning: true, variants: effortVariants(model) }),
          },
        },
      },
    },
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    formatter: false,
    lsp: false,
    permission: permissions(openFolders),
    // A no of a person is an answer to go on with, not the end of the turn.
    experimental: { continue_loop_on_deny: true },
    instructions: repositoryInstructions(folder),
  };
}

/**
 * What the agent asks people before it does it; later rules win over earlier ones, and over OpenCode's own, which allow
 * the rest. The agent's shell could get around each of them: they guide, they are no fence.
 */
function permissions(openFolders: readonly string[]): object {
  return {
    bash: { '*': 'allow', 'git push*': 'ask', 'sudo *': 'ask', 'npm publish*': 'ask' },
    external_directory: {
      '*': 'ask',
      ...Object.fromEntries(openFolders.map((folder) => [join(folder, '*'), 'allow'])),
    },
    webfetch: 'ask',
    websearch: 'deny',
    doom_loop: 'ask',
    question: 'allow',
    read: 'allow',
    plan_enter: 'deny',
    plan_exit: 'deny',
  };
}

/**
 * The repository's AGENTS.md, which OpenCode drops together with the rest of a project's configuration. Only a
 * regular file inside the repository: a link could show the model any file of the sandbox.
 */
export function repositoryInstructions(folder: string): string[] {
  const file = join(folder, 'AGENTS.md');
  try {
    const isInside = realpathSync(file) === join(realpathSync(dirname(file)), 'AGENTS.md');
    return lstatSync(file).isFile() && isInside && file.startsWith(folder + sep) ? [file] : [];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

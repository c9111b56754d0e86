import { z } from 'zod';

const secret = z.string().min(16, 'use at least 16 characters');
const url = z.url().transform((value) => value.replace(/\/+$/, ''));
/** An empty variable is one that is not set. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/** What Modal takes as a name of its own objects. */
const modalName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,63}$/, 'use at most 63 letters, digits, dashes, dots, underscores');

const NEEDED_FOR_SANDBOXES = {
  local: ['LOCAL_SANDBOX_URL', 'LOCAL_SANDBOX_SECRET'],
  modal: ['MODAL_TOKEN_ID', 'MODAL_TOKEN_SECRET'],
} as const;

type SandboxVariables = Partial<
  Record<(typeof NEEDED_FOR_SANDBOXES)[keyof typeof NEEDED_FOR_SANDBOXES][number], string | undefined>
> & { SANDBOX_PROVIDER?: keyof typeof NEEDED_FOR_SANDBOXES | undefined };

/** Who runs the sandboxes. Half a token is one that was meant to be whole. */
export function sandboxProvider(environment: SandboxVariables): keyof typeof NEEDED_FOR_SANDBOXES {
  const { SANDBOX_PROVIDER, MODAL_TOKEN_ID, MODAL_TOKEN_SECRET } = environment;
  const hasToken = MODAL_TOKEN_ID !== undefined || MODAL_TOKEN_SECRET !== undefined;
  return SANDBOX_PROVIDER ?? (hasToken ? 'modal' : 'local');
}

function missingForSandboxes(environment: SandboxVariables): string[] {
  return NEEDED_FOR_SANDBOXES[sandboxProvider(environment)].filter((name) => environment[name] === undefined);
}

const GITHUB_APP_VARIABLES = [
  'GITHUB_APP_ID',
  'GITHUB_APP_SLUG',
  'GITHUB_APP_PRIVATE_KEY',
  'GITHUB_WEBHOOK_SECRET',
] as const;

const SLACK_VARIABLES = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET'] as const;

/** The variables of a group that are missing; none of it is as good as all. */
function missingOf<Name extends string>(
  names: readonly Name[],
  environment: Partial<Record<Name, string | undefined>>,
): Name[] {
  const missing = names.filter((name) => environment[name] === undefined);
  return missing.length === names.length ? [] : missing;
}

/** Every variable that the app reads; `.env.example` says the same in words. */
export const Environment = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    DATABASE_URL: z.url(),
    DATABASE_MAX_CONNECTIONS: z.coerce.number().int().min(1).default(3),
    DATABASE_PREPARED_STATEMENTS: z.stringbool().default(false),

    APP_URL: url,
    SANDBOX_APP_URL: optional(url),
    AUTH_SECRET: secret,
    /** `id:secret[,id:secret…]`: the first signs, all verify. */
    SERVER_KEYS: z
      .string()
      .regex(/^[A-Za-z0-9]+:[^,:]{16,}(,[A-Za-z0-9]+:[^,:]{16,})*$/, 'use id:secret[,id:secret…]'),
    CRON_SECRET: secret,
    DEPLOYMENT: z.string().min(1).default('dispatch'),

    GITHUB_URL: url.default('https://github.com'),
    GITHUB_API_URL: url.default('https://api.github.com'),
    GITHUB_CLIENT_ID: z.string().min(1),
    GITHUB_CLIENT_SECRET: z.string().min(1),
    /** The App by which private repositories are read; all four or none. */
    GITHUB_APP_ID: optional(z.string().regex(/^\d+$/, 'use the number that GitHub shows')),
    GITHUB_APP_SLUG: optional(z.string().regex(/^[a-z0-9-]+$/, 'use the name in the address of its page')),
    /** PEM; line breaks may be written as `\n`. */
    GITHUB_APP_PRIVATE_KEY: optional(z.string().transform((pem) => pem.replaceAll('\\n', '\n'))),
    GITHUB_WEBHOOK_SECRET: optional(secret),

    /** The Slack app; all three or none. */
    SLACK_CLIENT_ID: optional(z.string()),
    SLACK_CLIENT_SECRET: optional(z.string()),
    SLACK_SIGNING_SECRET: optional(secret),
    SLACK_URL: url.default('https://slack.com'),

    PUSHER_APP_ID: z.string().min(1),
    PUSHER_KEY: z.string().min(1),
    PUSHER_SECRET: z.string().min(1),
    PUSHER_CLUSTER: z.string().default('mt1'),
    PUSHER_HOST: optional(z.string()),
    PUSHER_PORT: optional(z.coerce.number().int()),

    /** A sandbox in which nothing happened for so long is put to sleep. */
    SANDBOX_IDLE_MINUTES: z.coerce.number().positive().max(1_440).default(10),
    /** The most that a repository's environment.json may ask for; what is more is cut to it. */
    SANDBOX_MAX_CPUS: z.coerce.number().int().min(1).default(8),
    SANDBOX_MAX_MEMORY_MIB: z.coerce.number().int().min(256).default(16_384),
    SANDBOX_MAX_DISK_MIB: z.coerce.number().int().min(256).default(20_480),
    SANDBOX_MAX_PROCESSES: z.coerce.number().int().min(16).default(4_096),
    /** Modal where its token is set, else this machine. */
    SANDBOX_PROVIDER: optional(z.enum(['local', 'modal'])),
    LOCAL_SANDBOX_URL: optional(url),
    LOCAL_SANDBOX_SECRET: optional(secret),
    MODAL_TOKEN_ID: optional(z.string()),
    MODAL_TOKEN_SECRET: optional(z.string()),
    MODAL_ENVIRONMENT: optional(z.string()),
    /** The app that sandboxes belong to; named after the deployment if not set. */
    MODAL_APP: optional(modalName),
    MODAL_IMAGE: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*(:[A-Za-z0-9._-]+)?$/, 'use name or name:tag')
      .default('dispatch-sandbox'),
    BLOB_URL: url,
    BLOB_SECRET: secret,

    ANTHROPIC_API_KEY: optional(z.string()),
    OPENAI_API_KEY: optional(z.string()),
    OPENROUTER_API_KEY: optional(z.string()),
    MODEL_BASE_URL: optional(url),
    MODEL_API_KEY: optional(z.string()),
    MODEL_NAME: optional(z.string()),
    /** Where the stand-in answers when no key is set. */
    STAND_IN_MODEL_URL: optional(url),

    /** A repository that every new team gets to try things on. */
    DEMO_REPOSITORY_URL: optional(z.url()),
  })
  .superRefine((environment, context) => {
    for (const name of missingForSandboxes(environment))
      context.addIssue({ code: 'custom', path: [name], message: 'the sandboxes need it' });
    for (const name of missingOf(GITHUB_APP_VARIABLES, environment))
      context.addIssue({ code: 'custom', path: [name], message: 'the GitHub App needs it' });
    for (const name of missingOf(SLACK_VARIABLES, environment))
      context.addIssue({ code: 'custom', path: [name], message: 'the Slack app needs it' });
  });
export type Environment = z.infer<typeof Environment>;

let parsed: Environment | undefined;

/** The environment, checked once. Throws with one line for each variable that is missing or wrong. */
export function env(): Environment {
  if (parsed) return parsed;
  const result = Environment.safeParse(process.env);
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`The environment is not complete (see .env.example):\n${lines.join('\n')}`);
  }
  parsed = result.data;
  return parsed;
}

/**
 * Keeps Modal's SDK from reading `~/.modal.toml`: what it would find there (a token, a server, an environment) is not
 * this deployment's. To be called before the SDK is loaded.
 */
export function ignoreModalConfigFile(): void {
  process.env['MODAL_CONFIG_PATH'] = '/dev/null';
}

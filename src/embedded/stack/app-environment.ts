import { CLIENT_ID as SLACK_CLIENT_ID } from '../slack/seed';
import type { StackSecrets } from './secrets';

/** Where the parts of the stack came up. */
export interface StackAddresses {
  appUrl: string;
  databaseUrl: string;
  githubUrl: string;
  /** The App that is installed there; left out where nothing needs one. */
  githubApp?: { appId: number; slug: string; privateKeyPem: string };
  /** Where the emulated Slack answers; left out where nothing needs one. */
  slackUrl?: string;
  realtimePort: number;
  sandboxHostUrl: string;
  blobsUrl: string;
  /** Null when a model key is set. */
  standInUrl: string | null;
}

export const PUSHER_APP = { id: 'dispatch', key: 'dispatch-local' } as const;
export const OAUTH_CLIENT_ID = 'Iv1.dispatchlocal';
export const DEMO_REPOSITORY = 'acme/playground';

const MODEL_KEYS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'MODEL_BASE_URL'];

/** Whether a real model answers. */
export function hasModelKey(environment: NodeJS.ProcessEnv): boolean {
  return MODEL_KEYS.some((name) => (environment[name] ?? '') !== '');
}

function githubApp(
  { appId, slug, privateKeyPem }: NonNullable<StackAddresses['githubApp']>,
  secrets: StackSecrets,
): Record<string, string> {
  return {
    GITHUB_APP_ID: String(appId),
    GITHUB_APP_SLUG: slug,
    GITHUB_APP_PRIVATE_KEY: privateKeyPem,
    GITHUB_WEBHOOK_SECRET: secrets.githubWebhook,
  };
}

/** The keys of the app, which seal what is seeded too. */
export function serverKeys(secrets: StackSecrets): string {
  return `local:${secrets.server}`;
}

function slackApp(url: string, secrets: StackSecrets): Record<string, string> {
  return {
    SLACK_URL: url,
    SLACK_CLIENT_ID,
    SLACK_CLIENT_SECRET: secrets.slackClient,
    SLACK_SIGNING_SECRET: secrets.slackSigning,
  };
}

/** The app's environment on one machine: the same variables as in production, with this stack's addresses. */
export function appEnvironment(addresses: StackAddresses, secrets: StackSecrets): Record<string, string> {
  return {
    APP_URL: addresses.appUrl,
    AUTH_SECRET: secrets.auth,
    // next-auth reads these two by itself.
    NEXTAUTH_URL: addresses.appUrl,
    NEXTAUTH_SECRET: secrets.auth,
    SERVER_KEYS: serverKeys(secrets),
    CRON_SECRET: secrets.cron,
    DEPLOYMENT: 'local',
    DATABASE_URL: addresses.databaseUrl,
    DATABASE_MAX_CONNECTIONS: '10',
    DATABASE_PREPARED_STATEMENTS: 'true',
    GITHUB_URL: addresses.githubUrl,
    GITHUB_API_URL: addresses.githubUrl,
    GITHUB_CLIENT_ID: OAUTH_CLIENT_ID,
    GITHUB_CLIENT_SECRET: secrets.githubClient,
    ...(addresses.githubApp && githubApp(addresses.githubApp, secrets)),
    ...(addresses.slackUrl !== undefined && slackApp(addresses.slackUrl, secrets)),
    PUSHER_APP_ID: PUSHER_APP.id,
    PUSHER_KEY: PUSHER_APP.key,
    PUSHER_SECRET: secrets.pusher,
    PUSHER_HOST: '127.0.0.1',
    PUSHER_PORT: String(addresses.realtimePort),
    SANDBOX_PROVIDER: 'local',
    LOCAL_SANDBOX_URL: addresses.sandboxHostUrl,
    LOCAL_SANDBOX_SECRET: secrets.sandboxHost,
    BLOB_URL: addresses.blobsUrl,
    BLOB_SECRET: secrets.blobs,
    STAND_IN_MODEL_URL: addresses.standInUrl ?? '',
    DEMO_REPOSITORY_URL: `${addresses.githubUrl}/${DEMO_REPOSITORY}.git`,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

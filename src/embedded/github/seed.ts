import { type SeedConfig } from 'emulate';
import { PLAYGROUND, WEB, type ProjectFiles } from './demo-project';

/** The App as which Dispatch acts on the emulated GitHub, and where it is installed. */
export const SEEDED_APP = { appId: 12345, slug: 'dispatch-dev', installationId: 100 } as const;

interface Person {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  /** What the person is in the organization; nothing for an outsider. */
  readonly role?: 'admin' | 'member';
}

export const ORGANIZATION = 'acme';

export const PEOPLE: readonly Person[] = [
  { login: 'ada', name: 'Ada Lovelace', email: 'ada@acme.test', role: 'admin' },
  { login: 'ben', name: 'Ben Okri', email: 'ben@acme.test', role: 'member' },
  { login: 'carol', name: 'Carol Diaz', email: 'carol@elsewhere.test' },
];

interface SeededRepository {
  readonly name: string;
  readonly description: string;
  readonly private: boolean;
  readonly files: ProjectFiles;
}

export const REPOSITORIES: readonly SeededRepository[] = [
  { name: 'web', description: "Acme's web site", private: true, files: WEB },
  { name: 'playground', description: 'A tiny shop, to try things on', private: false, files: PLAYGROUND },
];

/**
 * Emulate takes a token that it does not know for its first user's, so the first is one that may do
 * nothing. (No such token gets through to it: this is the second lock.)
 */
export const FALLBACK_LOGIN = 'nobody';

/** What depends on where the rest of the stack is; it is applied at every start, the rest at the first. */
export interface Registration {
  /** Where the application is reached. */
  readonly appUrl: string;
  readonly oauthClientId: string;
  readonly oauthClientSecret: string;
  readonly webhookSecret: string;
}

/** The addresses of the application that GitHub has to know. */
export const redirectUri = (appUrl: string): string => new URL('/api/auth/callback/github', appUrl).href;
export const webhookUrl = (appUrl: string): string => new URL('/api/github/webhook', appUrl).href;

export function seedConfig(registration: Registration, appPrivateKeyPem: string): SeedConfig {
  const { appUrl, oauthClientId, oauthClientSecret, webhookSecret } = registration;
  return {
    tokens: {}, // without it emulate makes a token of an administrator
    github: {
      users: [{ login: FALLBACK_LOGIN }, ...PEOPLE.map(({ login, name, email }) => ({ login, name, email }))],
      orgs: [
        {
          login: ORGANIZATION,
          members: PEOPLE.flatMap(({ login, role }) => (role ? [{ login, role }] : [])),
        },
      ],
      repos: REPOSITORIES.map(({ name, description, private: isPrivate }) => ({
        owner: ORGANIZATION,
        name,
        description,
        private: isPrivate,
        auto_init: false,
      })),
      oauth_apps: [
        {
          client_id: oauthClientId,
          client_secret: oauthClientSecret,
          name: 'Dispatch',
          redirect_uris: [redirectUri(appUrl)],
        },
      ],
      apps: [
        {
          app_id: SEEDED_APP.appId,
          slug: SEEDED_APP.slug,
          name: 'Dispatch Dev',
          private_key: appPrivateKeyPem,
          permissions: {
            metadata: 'read',
            contents: 'write',
            pull_requests: 'write',
            issues: 'write',
            checks: 'write',
            statuses: 'write',
          },
          events: ['*'],
          webhook_url: webhookUrl(appUrl),
          webhook_secret: webhookSecret,
          installations: [
            {
              installation_id: SEEDED_APP.installationId,
              account: ORGANIZATION,
              repository_selection: 'all',
            },
          ],
        },
      ],
    },
  };
}

// What the base image of sandboxes is made of, as data. The local root and Modal's image are both made from it.

/** Versions that the repository pins in its package.json; the image holds the same ones. */
export interface Pins {
  node: string;
  openCode: string;
  playwright: string;
}

/** A Debian package; its version is the release's, with its security updates. */
interface DebianPackage {
  name: string;
  why: string;
}

interface NpmPackage {
  name: string;
  version: string;
  why: string;
}

/** A file of our own, such as the supervisor's bundle. */
export interface ImageFile {
  path: string;
  data: Buffer;
}

interface ImageFolder {
  path: string;
  why: string;
}

export interface Recipe {
  /** Debian's release by its code name. */
  debian: string;
  /** What Debian's slim images tell dpkg, for a Debian that is made here. */
  dpkgOptions: readonly string[];
  nodeVersion: string;
  packages: readonly DebianPackage[];
  /** Installed for everybody; none of them may run a script while it is installed. */
  npm: readonly NpmPackage[];
  env: Readonly<Record<string, string>>;
  /** Who owns the writable folders. */
  user: { name: string; id: number; home: string };
  /** What a sandbox may write to; the rest may be read-only. */
  folders: readonly ImageFolder[];
  /** Names at /opt/dispatch/bin, which is first on a sandbox's PATH, and what they stand for. */
  programs: Readonly<Record<string, string>>;
  files: readonly ImageFile[];
}

/** Node's packages carry an npm of their own; this one is named so that every image has the same. */
const NPM_VERSION = '11.21.2';

const PACKAGES: readonly DebianPackage[] = [
  { name: 'ca-certificates', why: 'HTTPS to the app, to git hosts and to package registries' },
  { name: 'chromium', why: 'the browser that Playwright drives' },
  { name: 'curl', why: 'what an agent asks a server with' },
  { name: 'fonts-liberation', why: 'without a font a page is a picture of boxes' },
  { name: 'fonts-noto-color-emoji', why: 'emoji in pictures of pages' },
  { name: 'g++', why: 'npm and Python packages with native parts' },
  { name: 'git', why: 'clones, commits and bundles' },
  { name: 'make', why: 'npm packages with native parts, and projects with a Makefile' },
  { name: 'openssh-client', why: 'git over ssh, ssh-keygen' },
  { name: 'procps', why: 'ps, for the agent and for the supervisor' },
  { name: 'python3', why: 'projects in Python, node-gyp' },
  { name: 'python3-dev', why: 'Python packages with native parts' },
  { name: 'python3-venv', why: 'a project installs into a venv, since the system folders are read-only' },
  { name: 'ripgrep', why: 'OpenCode searches with it, and would download one' },
];

/** Not to wait for the disk, and what no program reads is left out. */
const SLIM = [
  'force-unsafe-io',
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
];

/** Where Playwright's package looks for the browser of its own version. */
const BROWSERS = '/ms-playwright';

/** The whole recipe; throws when a pinned version is a range. */
export function recipeFrom(pins: Pins, files: readonly ImageFile[]): Recipe {
  const recipe: Recipe = {
    debian: 'bookworm',
    dpkgOptions: SLIM,
    nodeVersion: pins.node,
    packages: PACKAGES,
    npm: [
      { name: 'npm', version: NPM_VERSION, why: 'what projects in JavaScript are installed with' },
      { name: 'opencode-linux-x64', version: pins.openCode, why: 'the coding agent' },
      { name: 'playwright', version: pins.playwright, why: 'pictures and tests of pages' },
    ],
    env: {
      LANG: 'C.UTF-8',
      CHROMIUM_PATH: '/usr/bin/chromium',
      PLAYWRIGHT_BROWSERS_PATH: BROWSERS,
      DISPATCH_PLAYWRIGHT: '/usr/local/lib/node_modules/playwright',
    },
    user: { name: 'agent', id: 1000, home: '/home/agent' },
    folders: [
      { path: '/workspace', why: 'the repository' },
      { path: '/home/agent', why: 'HOME: caches, the agent’s own data' },
      { path: '/var/lib/dispatch', why: 'the bridge’s journal and outbox' },
    ],
    programs: {
      node: '/usr/local/bin/node',
      opencode: '/usr/local/lib/node_modules/opencode-linux-x64/bin/opencode',
      rg: '/usr/bin/rg',
    },
    files,
  };
  const versions = [recipe.nodeVersion, ...recipe.npm.map(({ version }) => version)];
  const loose = versions.find((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  if (loose !== undefined)
    throw new Error(`“${loose}” is no exact version, and an image is made of nothing else.`);
  return recipe;
}

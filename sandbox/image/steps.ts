import type { Recipe } from './recipe';

/** One command of `/bin/sh`, run as root in the root of the image. Running it twice does no harm. */
export interface Step {
  title: string;
  shell: string;
}

const GLOBAL_MODULES = '/usr/local/lib/node_modules';
const PROGRAMS_FOLDER = '/opt/dispatch/bin';

/**
 * What makes an image of a Debian that has Node and npm, without our own files. The same commands run in the local
 * root and at Modal.
 */
export function stepsOf(recipe: Recipe): Step[] {
  return [
    { title: 'Debian’s packages', shell: installPackages(recipe) },
    { title: 'npm’s packages', shell: installNpmPackages(recipe) },
    { title: 'Chromium where Playwright looks for it', shell: linkBrowsers() },
    { title: 'user, folders and programs', shell: makeFolders(recipe) },
    { title: 'versions', shell: checkVersions(recipe) },
  ];
}

function installPackages({ packages }: Recipe): string {
  const names = packages.map(({ name }) => name).join(' ');
  return [
    'export DEBIAN_FRONTEND=noninteractive',
    'apt-get update',
    `apt-get install -y --no-install-recommends ${names}`,
    'apt-get clean',
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
}

function installNpmPackages({ npm }: Recipe): string {
  const named = npm.map(({ name, version }) => `${name}@${version}`).join(' ');
  return [
    // Nothing of the image needs an install script; what is not run can't fetch or change anything.
    `npm install --global --ignore-scripts --no-audit --no-fund --no-update-notifier ${named}`,
    'rm -rf /root/.npm',
  ].join(' && ');
}

/**
 * Playwright says itself where it misses its browsers, the headless one and the one with windows. Debian's Chromium is
 * put there, marked as installed.
 */
const LINK_BROWSERS = `
const fs = require("node:fs"), path = require("node:path");
const { chromium } = require("${GLOBAL_MODULES}/playwright");
const folder = process.env.PLAYWRIGHT_BROWSERS_PATH;
function link(error) {
  const missing = /Executable doesn.t exist at (\\S+)/.exec(error.message)?.[1];
  if (!missing?.startsWith(folder)) throw error;
  fs.mkdirSync(path.dirname(missing), { recursive: true });
  fs.symlinkSync(process.env.CHROMIUM_PATH, missing);
  const browser = path.relative(folder, missing).split("/")[0];
  fs.writeFileSync(path.join(folder, browser, "INSTALLATION_COMPLETE"), "");
}
async function main() {
  for (const channel of [undefined, "chromium"]) await chromium.launch({ channel }).then((it) => it.close(), link);
}
main();
`;

function linkBrowsers(): string {
  return `HOME=/tmp/check node -e ${quoted(LINK_BROWSERS.trim().replace(/\n\s*/g, ' '))} && rm -rf /tmp/check`;
}

function makeFolders({ user, folders, programs }: Recipe): string {
  return [
    // Node's own image has a user of this number already.
    `{ other=$(getent passwd ${user.id} | cut -d: -f1); [ -z "$other" ] || [ "$other" = ${user.name} ] || userdel --remove "$other"; }`,
    `{ id ${user.name} >/dev/null 2>&1 || useradd --uid ${user.id} --user-group --no-create-home --home-dir ${user.home} --shell /bin/bash ${user.name}; }`,
    ...folders.map(({ path }) => `mkdir -p ${path} && chown ${user.name}:${user.name} ${path}`),
    `mkdir -p ${PROGRAMS_FOLDER}`,
    ...Object.entries(programs).map(([name, path]) => `ln -sfn ${path} ${PROGRAMS_FOLDER}/${name}`),
  ].join(' && ');
}

/** An image with other programs than the recipe says must not be made. */
function checkVersions({ nodeVersion, npm }: Recipe): string {
  const versionOf = (name: string) => npm.find((entry) => entry.name === name)?.version ?? '';
  const says = (command: string, version: string) => `[ "$(${command} --version)" = "${version}" ]`;
  return [
    'export HOME=/tmp/check',
    says(`${PROGRAMS_FOLDER}/node`, `v${nodeVersion}`),
    says('npm', versionOf('npm')),
    says('playwright', `Version ${versionOf('playwright')}`),
    says(`${PROGRAMS_FOLDER}/opencode`, versionOf('opencode-linux-x64')),
    `${PROGRAMS_FOLDER}/rg --version`,
    'rm -rf /tmp/check',
  ].join(' && ');
}

/** One word of `/bin/sh`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '../../sandbox/image/recipe';
import { PictureAnswer, type PictureRequest } from '../../sandbox/picture/protocol';
import { readPng } from './read-png';

/** One thing that the image has to be able to do. */
export interface Proof {
  name: string;
  argv: readonly string[];
  /** What to say of a run that ended well; throws when it said something else than it should. */
  check: (said: string, workspace: string) => string;
}

const shell = (...commands: string[]): string[] => ['/bin/sh', '-c', commands.join(' && ')];
const inside = (program: string, ...args: string[]): string[] => ['node', `/run/proofs/${program}`, ...args];
const lastLine = (said: string): string => said.trim().split('\n').at(-1) ?? '';

/** Throws unless both are the same. */
function same(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted) throw new Error(`${what} is ${String(found)}, not ${String(wanted)}`);
}

const SHOP: PictureRequest = {
  page: 'shop.html',
  viewport: 'desktop',
  isWhole: false,
  waitFor: '',
  folder: '/workspace',
};

const VENV = '/workspace/venv';
const IS_VENV = 'import sys; assert sys.prefix != sys.base_prefix; print(sys.version.split()[0])';
const OWN_FOLDERS = ['/workspace', '/home/agent', '/var/lib/dispatch', '/tmp'];

export function proofsOf(recipe: Recipe): Proof[] {
  const versionOf = (name: string) => recipe.npm.find((entry) => entry.name === name)?.version ?? '';
  return [
    { name: 'node', argv: ['node', '--version'], check: exactly(`v${recipe.nodeVersion}`) },
    { name: 'npm', argv: ['npm', '--version'], check: exactly(versionOf('npm')) },
    ...PROOFS_OF_DEBIAN,
    {
      name: 'opencode',
      argv: inside('opencode-health.mjs'),
      check: (said) => {
        const { healthy, version } = JSON.parse(lastLine(said)) as { healthy: unknown; version: unknown };
        same(healthy, true, 'its health');
        same(version, versionOf('opencode-linux-x64'), 'its version');
        return `healthy, ${String(version)}`;
      },
    },
    { name: 'playwright', argv: inside('screenshot.mjs'), check: checkPicture },
    { name: 'playwright, full', argv: inside('screenshot.mjs', 'new'), check: checkPicture },
    {
      name: 'pictures for the agent',
      argv: shell(
        'echo "<title>shop</title>" > /workspace/shop.html',
        `node /opt/dispatch/picture.mjs '${JSON.stringify(SHOP)}'`,
      ),
      check: (said) => {
        const answer = PictureAnswer.parse(JSON.parse(lastLine(said)));
        if (!answer.ok) throw new Error(answer.why);
        same(answer.title, 'shop', 'the page’s title');
        return `${answer.width}x${answer.height} of a file`;
      },
    },
    {
      name: 'supervisor',
      argv: inside('supervisor.mjs'),
      check: (said) => {
        const { call, end } = JSON.parse(lastLine(said)) as { call: { path: string }; end: unknown };
        same(end, 0, 'its exit code');
        return `its bridge asked for ${call.path}, then it ended in order`;
      },
    },
  ];
}

const PROOFS_OF_DEBIAN: readonly Proof[] = [
  {
    name: 'folders',
    argv: shell(
      ...OWN_FOLDERS.map((folder) => `touch ${folder}/written`),
      ...['/', '/usr/bin', '/opt/dispatch', '/etc'].map((folder) => `! touch ${folder}/written 2>/dev/null`),
      'echo "its own are writable, the others are not"',
    ),
    check: lastLine,
  },
  {
    name: 'python venv',
    argv: shell(
      `python3 -m venv ${VENV}`,
      `${VENV}/bin/pip --version >/dev/null`,
      `${VENV}/bin/python -c '${IS_VENV}'`,
    ),
    check: (said) => `Python ${lastLine(said)} with pip`,
  },
  {
    name: 'native code',
    argv: shell(
      'printf "int main() { return 42; }" > /tmp/a.cc && make -s -C /tmp a',
      '{ /tmp/a; [ $? = 42 ]; }',
      'g++ -dumpversion',
    ),
    check: (said) => `g++ ${lastLine(said)}`,
  },
  {
    name: 'git',
    argv: shell(
      'git init -q /workspace/repo && cd /workspace/repo && echo needle > hay.txt && git add .',
      'git -c user.name=proof -c user.email=proof@localhost commit -q -m "a first commit"',
      'git log --format="%s by %an"',
    ),
    check: exactly('a first commit by proof'),
  },
  {
    name: 'rg',
    argv: shell(
      'printf "straw\\nneedle\\n" > /workspace/hay.txt',
      'rg --line-number needle /workspace/hay.txt',
    ),
    check: exactly('2:needle'),
  },
];

function exactly(wanted: string): Proof['check'] {
  return (said) => {
    same(lastLine(said), wanted, 'what it said');
    return wanted;
  };
}

/** Left half blue, right half white, and dark words on it: neither blank nor an error page. */
function checkPicture(said: string, workspace: string): string {
  const { browser } = JSON.parse(lastLine(said)) as { browser: string };
  const { width, height, at } = readPng(readFileSync(join(workspace, 'page.png')));
  same(`${width}x${height}`, '640x360', 'the picture’s size');
  same(at(20, 300), '#0a64c8', 'the left half');
  same(at(620, 300), '#ffffff', 'the right half');
  return `${width}x${height} of Chromium ${browser}`;
}

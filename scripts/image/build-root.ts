import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { withFileLock } from '@/embedded/postgres/file-lock';
import { imageName, sha256, systemHash } from '../../sandbox/image/image-name';
import type { Recipe } from '../../sandbox/image/recipe';
import { type Step, stepsOf } from '../../sandbox/image/steps';
import { buildOptions } from './in-root';
import { findImageTools, type ImageTools, networkOfMachine } from './machine';
import { makeDebian } from './make-debian';
import { mustRun } from './run-program';

export interface BuiltRoot {
  name: string;
  root: string;
  seconds: number;
  /** What this run did; nothing when all of it was there. */
  did: string[];
}

interface Build {
  recipe: Recipe;
  folder: string;
  root: string;
  log: string;
  say: (line: string) => void;
}

const STEP_MS = 30 * 60_000;

/** After a step that was cut off, what dpkg had in hand comes first. */
const MEND =
  'export DEBIAN_FRONTEND=noninteractive; dpkg --configure -a || true; ' +
  'apt-get update && apt-get install -y --no-install-recommends --fix-broken';

/**
 * The recipe's root below `into`, in a folder named by the hash of what it is made from. Steps that were done are not
 * done again, so that a build that was cut off goes on; our own files are brought up to date in any case.
 */
export async function buildRoot(
  recipe: Recipe,
  into: string,
  say: (line: string) => void,
): Promise<BuiltRoot> {
  const startedAt = Date.now();
  const folder = resolve(into, systemHash(recipe));
  mkdirSync(folder, { recursive: true });
  const build: Build = { recipe, folder, root: join(folder, 'root'), log: join(folder, 'build.log'), say };
  const did = await withFileLock(join(folder, 'lock'), () => runSteps(build), STEP_MS);
  pointTo(build.root, resolve(into, 'current'));
  return { name: imageName(recipe), root: build.root, seconds: (Date.now() - startedAt) / 1_000, did };
}

async function runSteps(build: Build): Promise<string[]> {
  const steps = stepsOf(build.recipe);
  const done = readDone(build);
  const todo = ['Debian', ...steps.map(({ title }) => title)].filter((title) => !done.includes(title));
  if (todo.length > 0) {
    const tools = await findImageTools(build.say);
    for (const title of todo) {
      const step = steps.find((candidate) => candidate.title === title);
      await timed(build, title, () =>
        step === undefined ? makeDebian(build, tools) : runStep(build, tools, step),
      );
    }
  }
  writeOwnFiles(build);
  return todo;
}

async function timed(build: Build, title: string, work: () => Promise<void>): Promise<void> {
  const startedAt = Date.now();
  await work();
  const done = [...readDone(build), title];
  writeFileSync(join(build.folder, 'done.json'), JSON.stringify(done));
  build.say(`built ${title} in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

function readDone({ folder, root }: Build): string[] {
  const path = join(folder, 'done.json');
  if (!existsSync(path) || !existsSync(root)) return [];
  return z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
}

async function runStep(build: Build, tools: ImageTools, step: Step): Promise<void> {
  const { root, recipe, log } = build;
  const options = buildOptions(root, recipe.env, await networkOfMachine(tools.npm));
  const run = (shell: string): Promise<unknown> =>
    mustRun(
      { program: tools.bwrap, args: [...options, '--', '/bin/sh', '-c', shell], timeoutMs: STEP_MS, log },
      step.title,
    );
  const begun = join(build.folder, 'begun');
  if (existsSync(begun)) await run(MEND);
  writeFileSync(begun, step.title);
  await run(step.shell);
  rmSync(begun);
}

/** Moved into place one by one, since sandboxes may be starting from this root. */
function writeOwnFiles({ recipe, root }: Build): void {
  const name = {
    path: '/opt/dispatch/image.json',
    data: Buffer.from(JSON.stringify({ name: imageName(recipe), env: recipe.env })),
  };
  for (const { path, data } of [...recipe.files, name]) {
    const file = join(root, path);
    if (existsSync(file) && sha256(readFileSync(file)) === sha256(data)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, data);
    renameSync(`${file}.new`, file);
  }
}

/** `current` is what a provider is told to use. */
function pointTo(root: string, link: string): void {
  if (existsSync(link) && realpathSync(link) === realpathSync(root)) return;
  rmSync(`${link}.new`, { force: true });
  symlinkSync(relative(dirname(link), root), `${link}.new`);
  renameSync(`${link}.new`, link);
}

// npm run vercel:check [-- --json]: what would Vercel run? Builds this project with Vercel's own command line, in a
// copy and without network or account, and looks into every function that comes out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf } from '@/domain/errors';
import { sizeBytesOf, type BuiltFunction } from './built-function';
import { checkFunctions, LIMITS } from './check-functions';
import { copyProject } from './copy-project';
import { declaredRoutes } from './declared-routes';
import { readFunctions } from './read-functions';
import { buildForVercel, installVercel, VERCEL_VERSION } from './vercel-tool';

const OutputConfig = z.object({ crons: z.array(z.object({ path: z.string() })).default([]) });

const startedAt = Date.now();
const secondsSoFar = (): number => Math.round((Date.now() - startedAt) / 100) / 10;
const say = (line: string): void => void process.stderr.write(`vercel:check: ${line}\n`);

function readCronPaths(projectFolder: string): string[] {
  const config: unknown = JSON.parse(readFileSync(join(projectFolder, '.vercel/output/config.json'), 'utf8'));
  return OutputConfig.parse(config).crons.map(({ path }) => path.split('?')[0] ?? path);
}

function describe(fn: BuiltFunction): { name: string; sizeBytes: number; files: number } {
  return { name: fn.names[0] ?? '', sizeBytes: sizeBytesOf(fn), files: fn.files.length };
}

/** Looks into the output of a build; what it says is the answer of the command. */
function inspect(projectFolder: string): { ok: boolean } & Record<string, unknown> {
  const functions = readFunctions(projectFolder);
  const routes = declaredRoutes(projectFolder);
  const cronPaths = readCronPaths(projectFolder);
  const problems = checkFunctions({ functions, routes, cronPaths });
  const bySize = [...functions].sort((a, b) => sizeBytesOf(b) - sizeBytesOf(a)).map(describe);
  for (const { name, sizeBytes, files } of bySize) {
    say(
      `${(sizeBytes / 1024 / 1024).toFixed(1).padStart(6)} MB  ${String(files).padStart(5)} files  ${name}`,
    );
  }
  for (const problem of problems) say(`! ${problem}`);
  return {
    ok: problems.length === 0,
    functions: functions.length,
    routes: routes.length,
    crons: cronPaths,
    runtime: LIMITS.runtime,
    biggest: bySize[0],
    budgetBytes: LIMITS.budgetBytes,
    problems,
  };
}

async function check(workFolder: string): Promise<{ ok: boolean } & Record<string, unknown>> {
  const copy = join(workFolder, 'project');
  const vercel = await installVercel(resolve('.data/tools'));
  say(`vercel ${VERCEL_VERSION} is there after ${secondsSoFar()} s`);
  copyProject(process.cwd(), copy);
  say(`copied after ${secondsSoFar()} s`);
  await buildForVercel(vercel, copy, join(workFolder, 'home'));
  say(`built after ${secondsSoFar()} s`);
  return inspect(copy);
}

const workFolder = mkdtempSync(join(tmpdir(), 'dispatch-vercel-'));
const answer = await check(workFolder)
  .catch((error: unknown) => ({ ok: false, error: messageOf(error) }))
  .finally(() => {
    rmSync(workFolder, { recursive: true, force: true });
  });
if ('error' in answer) say(String(answer.error));
say(answer.ok ? 'every function is fit to be deployed' : 'NOT fit to be deployed');
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ ...answer, vercel: VERCEL_VERSION, seconds: secondsSoFar() })}\n`);
}
process.exitCode = answer.ok ? 0 : 1;

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@/domain/errors';
import type { Recipe } from '../../sandbox/image/recipe';
import { sandboxOptions } from './in-root';
import { findBwrap } from './machine';
import { type Proof, proofsOf } from './proofs';
import { runProgram } from './run-program';

export interface ProofReport {
  name: string;
  ok: boolean;
  seconds: number;
  /** What was seen, or what was wrong. */
  said: string;
}

interface ProvedRoot {
  recipe: Recipe;
  root: string;
  onReport: (report: ProofReport) => void;
}

const PROOF_MS = 120_000;
const PROGRAMS = fileURLToPath(new URL('inside', import.meta.url));

/** Runs every proof, each in a sandbox and on a disk of its own. */
export async function proveRoot({ recipe, root, onReport }: ProvedRoot): Promise<ProofReport[]> {
  const bwrap = await findBwrap(() => undefined);
  const reports: ProofReport[] = [];
  for (const proof of proofsOf(recipe)) {
    const startedAt = Date.now();
    const outcome = await prove({ recipe, root, bwrap }, proof);
    const report = { name: proof.name, ...outcome, seconds: (Date.now() - startedAt) / 1_000 };
    onReport(report);
    reports.push(report);
  }
  return reports;
}

async function prove(
  { recipe, root, bwrap }: { recipe: Recipe; root: string; bwrap: string },
  { argv, check }: Proof,
): Promise<{ ok: boolean; said: string }> {
  const disk = mkdtempSync(join(tmpdir(), 'dispatch-proof-'));
  try {
    const folders = foldersOn(disk, [...recipe.folders.map(({ path }) => path), '/tmp']);
    const options = sandboxOptions(root, recipe.env, { folders, proofs: PROGRAMS });
    const end = await runProgram({ program: bwrap, args: [...options, '--', ...argv], timeoutMs: PROOF_MS });
    if (end.code !== 0) {
      const lines = `${end.stdout}\n${end.stderr}`.trim().split('\n').slice(-8).join(' | ');
      return {
        ok: false,
        said: `${end.code === null ? 'took too long' : `ended with ${end.code}`}: ${lines}`,
      };
    }
    return { ok: true, said: check(end.stdout, folders['/workspace'] ?? '') };
  } catch (error) {
    return { ok: false, said: messageOf(error) };
  } finally {
    rmSync(disk, { recursive: true, force: true });
  }
}

function foldersOn(disk: string, paths: readonly string[]): Record<string, string> {
  const folders = paths.map((path) => [path, join(disk, path)] as const);
  for (const [, folder] of folders) mkdirSync(folder, { recursive: true });
  return Object.fromEntries(folders);
}

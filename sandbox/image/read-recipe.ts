import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SANDBOX_PROGRAMS } from '@/domain/wire/supervisor';
import { buildSandbox } from './build';
import { type ImageFile, type Pins, type Recipe, recipeFrom } from './recipe';

const PackageJson = z.object({
  devDependencies: z.object({ node: z.string(), '@playwright/test': z.string() }),
  optionalDependencies: z.object({ 'opencode-linux-x64': z.string() }),
});

/** The recipe of this checkout: with the versions that it pins, and the programs that it holds, bundled anew. */
export async function readRecipe(): Promise<Recipe> {
  return recipeFrom(readPins(), await bundledFiles());
}

export function readPins(): Pins {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { devDependencies, optionalDependencies } = PackageJson.parse(JSON.parse(readFileSync(path, 'utf8')));
  return {
    node: devDependencies.node,
    openCode: optionalDependencies['opencode-linux-x64'],
    playwright: devDependencies['@playwright/test'],
  };
}

async function bundledFiles(): Promise<ImageFile[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-image-'));
  try {
    await buildSandbox(folder);
    return SANDBOX_PROGRAMS.map((name) => ({
      path: `/opt/dispatch/${name}`,
      data: readFileSync(join(folder, name)),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { BuiltFunction, TracedFile } from './built-function';
import { bundleSources } from './bundle-sources';

/** What of a function's `.vc-config.json` matters here. */
const FunctionConfig = z.object({
  runtime: z.string(),
  maxDuration: z.number().optional(),
  /** Path inside the function -> where the file stands, from the project's folder. */
  filePathMap: z.record(z.string(), z.string()).default({}),
});

const CONFIG_FILE = '.vc-config.json';
const SUFFIX = '.func';

/** Every `*.func` below a folder, links included, and nothing inside of one. */
function functionFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.endsWith(SUFFIX)) return [path];
    return entry.isDirectory() ? functionFolders(path) : [];
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readFunction(projectFolder: string, folder: string, names: readonly string[]): BuiltFunction {
  const config = FunctionConfig.parse(JSON.parse(readFileSync(join(folder, CONFIG_FILE), 'utf8')));
  const trace = (path: string, file: string): TracedFile => ({
    path,
    // A link weighs nothing itself: what it leads to is traced on its own.
    sizeBytes: lstatSync(file).size,
    sources: bundleSources(projectFolder, path),
  });
  const own = filesBelow(folder)
    .filter((file) => file !== join(folder, CONFIG_FILE))
    .map((file) => trace(relative(folder, file), file));
  const mapped = Object.entries(config.filePathMap).map(([path, from]) =>
    trace(path, join(projectFolder, from)),
  );
  return {
    names,
    runtime: config.runtime,
    maxDurationSeconds: config.maxDuration ?? null,
    files: [...own, ...mapped],
  };
}

/**
 * The functions that `vercel build` left below a project's `.vercel/output/functions`, each once with all its names.
 * Throws where there is no output, or one that isn't understood.
 */
export function readFunctions(projectFolder: string): BuiltFunction[] {
  const root = join(projectFolder, '.vercel/output/functions');
  if (!existsSync(root)) throw new Error('The build made no functions.');
  const names = new Map<string, string[]>();
  for (const folder of functionFolders(root).sort()) {
    const target = realpathSync(folder);
    names.set(target, [...(names.get(target) ?? []), relative(root, folder).slice(0, -SUFFIX.length)]);
  }
  return [...names].map(([folder, own]) => readFunction(projectFolder, folder, own));
}

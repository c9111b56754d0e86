import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A page or route handler of the app, by what its source says. */
export interface DeclaredRoute {
  /** The path it answers at as Vercel names the function: no leading slash, `index` for the start page. */
  name: string;
  /** From the project's folder. */
  file: string;
  /** Null where it declares none. */
  maxDurationSeconds: number | null;
}

const APP = 'src/app';
const DECLARATION = /^export const maxDuration\b/m;
const LITERAL = /^export const maxDuration = (\d+);/m;

/** Next reads the declaration without running the file, so only a plain number counts. */
function readDuration(path: string): number | null {
  if (!existsSync(path)) return null;
  const source = readFileSync(path, 'utf8');
  const seconds = LITERAL.exec(source)?.[1];
  if (seconds === undefined && DECLARATION.test(source)) {
    throw new Error(`${path}: write maxDuration as a plain number of seconds.`);
  }
  return seconds === undefined ? null : Number(seconds);
}

/** A page without a duration of its own has that of the nearest layout above it. */
function durationOf(projectFolder: string, file: string): number | null {
  const own = readDuration(join(projectFolder, file));
  if (own !== null || file.endsWith('route.ts')) return own;
  for (let folder = dirname(file); folder.startsWith(APP); folder = dirname(folder)) {
    const inherited = readDuration(join(projectFolder, folder, 'layout.tsx'));
    if (inherited !== null) return inherited;
  }
  return null;
}

/** Groups in parentheses and slots are folders of the source, not parts of the address. */
function nameOf(file: string): string {
  const segments = dirname(file).slice(APP.length).split('/').filter(Boolean);
  return segments.filter((segment) => !/^(\(.*\)$|@)/.test(segment)).join('/') || 'index';
}

/** Every page and route handler below `src/app` of a project. Throws on a duration that Next would not see. */
export function declaredRoutes(projectFolder: string): DeclaredRoute[] {
  const files = globSync([`${APP}/**/route.ts`, `${APP}/**/page.tsx`], { cwd: projectFolder });
  return files.sort().map((file) => ({
    name: nameOf(file),
    file,
    maxDurationSeconds: durationOf(projectFolder, file),
  }));
}

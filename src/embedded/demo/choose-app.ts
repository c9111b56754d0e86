import { existsSync, globSync, statSync } from 'node:fs';

/** What a build is made of. */
const SOURCES = ['src/**/*.{ts,tsx,css}', 'package.json', 'next.config.ts', 'postcss.config.mjs'];

/** `built` when `npm run build` was run on the present source, else `dev`, which compiles what is asked for. */
export function chooseApp(): 'dev' | 'built' {
  const built = '.next/BUILD_ID';
  if (!existsSync(built)) return 'dev';
  const builtAt = statSync(built).mtimeMs;
  const newest = Math.max(...globSync(SOURCES).map((file) => statSync(file).mtimeMs));
  return newest < builtAt ? 'built' : 'dev';
}

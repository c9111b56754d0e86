import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** What a checkout on Vercel's machines would not have. */
const LEFT_OUT = /^([.](git|next|vercel|data)|node_modules|dist|test-results|src\/generated)$/;
const IS_SECRET = /^[.]env([.](?!example$)|$)/;
/** Caches inside node_modules, which their tools write to in place. */
const CACHES = /^[.](cache|vite|vite-temp)$/;

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Another file system, or one without hard links: slower, and the same in effect.
    if (!(error instanceof Error && 'code' in error)) throw error;
    copyFileSync(from, to);
  }
}

/** Packages as hard links: a symbolic link out of the project is refused by the bundler, and a copy takes a minute. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (CACHES.test(entry.name)) continue;
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

/** The project as a fresh checkout with its packages installed: no build output, no data, no `.env` files. */
export function copyProject(projectFolder: string, copyFolder: string): void {
  cpSync(projectFolder, copyFolder, {
    recursive: true,
    filter: (source) => !LEFT_OUT.test(relative(projectFolder, source)) && !IS_SECRET.test(basename(source)),
  });
  linkTree(join(projectFolder, 'node_modules'), join(copyFolder, 'node_modules'));
}

import { AppError } from '@/domain/errors';
import { type HostExecResult, type HostFiles } from '@/domain/wire/sandbox-host';

/** Exit status of a script that refuses a path. */
const REFUSED = 65;

/**
 * Runs inside, where a link leads to what the sandbox itself may reach and to nothing else; and it looks where each
 * path leads before it writes the first.
 */
const SCRIPT = `
const { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { files, folders } = JSON.parse(readFileSync(0, 'utf8'));
const own = folders.map((folder) => realpathSync(folder) + '/');
const real = (path) => {
  try { return realpathSync(path); } catch (error) { if (error.code !== 'ENOENT') throw error; }
  try { require('node:fs').readlinkSync(path); } catch { return join(real(dirname(path)), basename(path)); }
  throw new Error('a link on the way leads nowhere');
};
for (const file of files) {
  try {
    file.target = real(file.path);
    if (!own.some((folder) => file.target.startsWith(folder))) throw new Error('it is not of the sandbox');
  } catch (error) {
    console.error(file.path + ': ' + error.message);
    process.exit(${REFUSED});
  }
}
for (const { target, base64, mode } of files) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, Buffer.from(base64, 'base64'));
  chmodSync(target, mode);
}
`;

/** The command that writes files where it runs, and what it has to read. */
export function writeCommand(
  files: HostFiles['files'],
  place: { node: string; folders: string[] },
): { argv: string[]; stdin: string } {
  return {
    argv: [place.node, '-e', SCRIPT],
    stdin: JSON.stringify({ files, folders: place.folders }),
  };
}

/** Passes when the files were written. A path that is not the sandbox's is `bad_input`. */
export function expectWritten({ code, stderr }: HostExecResult): void {
  if (code === 0) return;
  const said = stderr.trim().slice(0, 500);
  if (code === REFUSED) throw new AppError('bad_input', `A file can't be written there: ${said}`);
  throw new AppError('sandbox_unavailable', `The files were not written: ${said}`);
}

import { AppError } from '@/domain/errors';
import type { SandboxFile, SandboxRef } from '@/ports/sandboxes';
import type { ModalConnection } from './connection';
import { type BinaryProcess, resultOf } from './run-command';
import { findRunning } from './running-sandbox';
import { SANDBOX_PATHS } from './sandbox-paths';

/** The exit status of the writer for a path that is not the sandbox's own. */
const NOT_OWN = 77;

/**
 * One command for all files: the SDK's own way takes three calls a file and knows no permission bits. Each line of
 * its input is a file; all paths are looked at, links followed, before the first is written.
 */
const WRITER = `
const { chmodSync, lstatSync, mkdirSync, realpathSync, writeFileSync } = require('node:fs');
const { basename, dirname, join, resolve, sep } = require('node:path');
const { DISPATCH_WORKSPACE, DISPATCH_STATE, HOME } = process.env;
const roots = [DISPATCH_WORKSPACE, DISPATCH_STATE, HOME].map((root) => realpathSync(root) + sep);
const realPath = (path) => {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
};
const isOwn = (path) => {
  try {
    const real = realPath(resolve(path));
    return roots.some((root) => real.startsWith(root));
  } catch {
    return false;
  }
};
const files = [];
const input = require('node:readline').createInterface({ input: process.stdin });
input.on('line', (line) => files.push(JSON.parse(line)));
input.on('close', () => {
  const alien = files.find(({ path }) => !isOwn(path));
  if (alien !== undefined) {
    process.stderr.write(alien.path);
    process.exit(${NOT_OWN});
  }
  for (const { path, mode, data } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(data, 'base64'));
    chmodSync(path, mode);
  }
});
`;
const WRITE_TIMEOUT_SECONDS = 120;
const DEFAULT_MODE = 0o644;
/** Well below the 100 MB that a message of the SDK may have. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Writes files at their absolute paths, folders on the way included. Errors: `sandbox_unavailable`, and `bad_input`
 * for a path outside workspace, HOME and state, or not absolute; nothing is written then.
 */
export async function writeFiles(
  connection: ModalConnection,
  ref: SandboxRef,
  files: readonly SandboxFile[],
): Promise<void> {
  const relative = files.find(({ path }) => !path.startsWith('/'));
  if (relative) throw notOwn(relative.path);
  const sandbox = await findRunning(connection, ref);
  // Files that are written twice are the same files, but the connection was alive a moment ago.
  const call = { what: 'write files', isOnce: true, timeoutMs: WRITE_TIMEOUT_SECONDS * 1_000 };
  try {
    await connection.call(call, async () => {
      const process = await sandbox.exec(['node', '-e', WRITER], {
        mode: 'binary',
        env: SANDBOX_PATHS,
        timeoutMs: WRITE_TIMEOUT_SECONDS * 1_000,
      });
      await feed(process, files);
      const { code, stderr } = await resultOf(sandbox, process);
      if (code === NOT_OWN) throw notOwn(stderr);
      if (code !== 0) throw new Error(`it ended with ${code}: ${stderr.trim().slice(0, 2_000)}`);
    });
  } finally {
    sandbox.detach();
  }
}

function notOwn(path: string): AppError {
  return new AppError('bad_input', `The path ${path} is not of the sandbox's own files.`);
}

async function feed(process: BinaryProcess, files: readonly SandboxFile[]): Promise<void> {
  const writer = process.stdin.getWriter();
  for (const { path, mode = DEFAULT_MODE, data } of files) {
    const line = Buffer.from(
      `${JSON.stringify({ path, mode, data: Buffer.from(data).toString('base64') })}\n`,
    );
    for (let at = 0; at < line.length; at += PIECE_BYTES)
      await writer.write(line.subarray(at, at + PIECE_BYTES));
  }
  await writer.close();
}

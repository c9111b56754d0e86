import { AppError } from '@/domain/errors';
import type { TreeEntry } from '@/domain/wire/reads';
import { findSession } from '../find-session';
import { visible, visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

const MARKS = { folder: '/', file: '', other: ' (special)' } as const;

/** A folder of the session's repository as it lies in its sandbox now; with `all` the paths of every file. */
export async function files(
  terminal: Terminal,
  { id, folder = '' }: { id: string; folder: string | undefined },
  { all = false }: { all?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const path = withoutSlashes(folder);
  if (all) {
    const { paths, isCut } = await api.insist((client) => client.files.names.query({ sessionId }));
    const shown = paths.filter((name) => path === '' || name.startsWith(`${path}/`));
    if (!terminal.isJson) for (const name of shown) terminal.out(`${visibleLine(name, 4_096)}\n`);
    if (isCut) terminal.warn('There are more files than can be listed; name a folder.\n');
    return { json: { sessionId, paths: shown, isCut } };
  }
  const { entries, isCut } = await api.insist((client) => client.files.tree.query({ sessionId, path }));
  if (!terminal.isJson) {
    for (const entry of entries) terminal.out(`${entryLine(entry)}\n`);
  }
  if (isCut) terminal.warn('There are more entries than can be listed.\n');
  return { json: { sessionId, path, entries, isCut } };
}

function entryLine({ name, kind, isLink, isIgnored, sizeBytes }: TreeEntry): string {
  const size = kind === 'file' ? String(sizeBytes) : '';
  const notes = `${MARKS[kind]}${isLink ? ' (link)' : ''}${isIgnored ? ' (ignored)' : ''}`;
  return `${size.padStart(9)}  ${visibleLine(name, 500)}${notes}`;
}

/** A file of the session's repository: every byte of it on a pipe, what may safely be shown in a terminal. */
export async function cat(terminal: Terminal, id: string, name: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const path = withoutSlashes(name);
  const file = await api.insist((client) => client.files.read.query({ sessionId, path }));
  if (file.content === null) {
    throw new AppError(
      'too_large',
      `${visibleLine(path)} has ${file.sizeBytes} bytes, which is too large to be shown. See what changed in it: dispatch diff.`,
    );
  }
  if (terminal.isJson) return { json: { sessionId, path, ...file } };
  const bytes = Buffer.from(file.content, 'base64');
  if (!terminal.show.isLive) await terminal.outSlowly(bytes);
  else if (file.isBinary) {
    throw new AppError(
      'bad_input',
      `${visibleLine(path)} is no text. Give it to a file: dispatch cat … > file.`,
    );
  } else terminal.out(visible(bytes.toString('utf8')));
  return {};
}

function withoutSlashes(path: string): string {
  return path.replace(/^(\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
}

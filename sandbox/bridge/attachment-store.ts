import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attachment } from '@/domain/events/session-event';
import type { PromptId } from '@/domain/ids';
import type { CommandAttachment } from '@/domain/wire/bridge';
import type { GivenFile } from '../agents/opencode/speech';
import { errorCode } from '../supervisor/kill-processes';
import { pause } from './alarm';
import { BackOff } from './back-off';
import { isDiskFull } from './disk-full';
import { steadyMs } from '../steady-clock';

/** How long files may keep the agent from what was said with them. */
const PATIENCE_MS = 45_000;
const FETCH_TIMEOUT_MS = 30_000;
/** What a person may attach at most is smaller; anything larger is not what was attached. */
const MAX_BYTES = 25 * 1024 * 1024;
const MAX_NAME_CHARS = 120;

/** What was said and the files that go with it. */
interface Said {
  promptId: PromptId;
  attachments: readonly CommandAttachment[];
}

/** The file can't be had, for a reason that the agent is told. */
class FileError extends Error {
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

/**
 * The files that people give with what they say, in a folder outside the repository. They are fetched as soon as the
 * bridge hears of them, since their addresses are good for minutes and a sandbox may boot for longer.
 */
export class AttachmentStore {
  readonly #folder: string;
  readonly #fetched = new Map<PromptId, Promise<GivenFile[]>>();

  constructor(home: string) {
    this.#folder = attachmentFolder(home);
  }

  /** Begins to fetch, or goes on with what is on the disk from before a kill. */
  begin(said: Said): void {
    if (said.attachments.length > 0) void this.get(said);
  }

  /** The files, all of them: what can't be had is named with the reason. Never rejects. */
  get(said: Said): Promise<GivenFile[]> {
    const known = this.#fetched.get(said.promptId);
    if (known) return known;
    const fetching = this.#fetchAll(said);
    this.#fetched.set(said.promptId, fetching);
    return fetching;
  }

  /** The turn is over: what was fetched for it stays on the disk, and its bytes leave memory. */
  forget(promptIds: readonly PromptId[]): void {
    for (const promptId of promptIds) this.#fetched.delete(promptId);
  }

  async #fetchAll({ promptId, attachments }: Said): Promise<GivenFile[]> {
    const folder = join(this.#folder, promptId);
    const names = safeNames(attachments.map(({ name }) => name));
    const deadlineMs = steadyMs() + PATIENCE_MS;
    return Promise.all(
      attachments.map((attachment, index) =>
        keep(attachment, { folder, name: names[index] ?? String(index), deadlineMs }),
      ),
    );
  }
}

/** Where the files of people are, below the agent's home. */
export function attachmentFolder(home: string): string {
  return join(home, 'attachments');
}

interface Place {
  folder: string;
  name: string;
  deadlineMs: number;
}

async function keep(attachment: CommandAttachment, { folder, name, deadlineMs }: Place): Promise<GivenFile> {
  const { mime } = attachment;
  const path = join(folder, name);
  try {
    const kept = readKept(path, attachment);
    if (kept) return { name, mime, path, bytes: kept };
    const bytes = await fetchPatiently(attachment, deadlineMs);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
    return { name, mime, path, bytes };
  } catch (error) {
    console.error(`bridge: an attachment could not be kept: ${String(error)}`);
    return { name, mime, problem: explain(error) };
  }
}

function explain(error: unknown): string {
  if (error instanceof FileError) return error.message;
  return isDiskFull(error) ? 'the disk is full' : 'it could not be written';
}

/** A file that was fetched before a kill. */
function readKept(path: string, { blob }: Attachment): Buffer | null {
  try {
    const bytes = readFileSync(path);
    return bytes.length === blob.sizeBytes ? bytes : null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function fetchPatiently({ url }: CommandAttachment, deadlineMs: number): Promise<Buffer> {
  if (url === null) throw new FileError('it has no address', true);
  const backOff = new BackOff(250, 5_000);
  for (;;) {
    try {
      return await fetchOnce(url);
    } catch (error) {
      const isOver = steadyMs() > deadlineMs || (error instanceof FileError && error.isFinal);
      if (isOver) throw error instanceof FileError ? error : new FileError('it could not be fetched', true);
      console.error(`bridge: an attachment was not fetched yet: ${String(error)}`);
      await pause(backOff.next());
    }
  }
}

async function fetchOnce(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) {
    const isFinal = response.status < 500 && response.status !== 408 && response.status !== 429;
    await response.body?.cancel();
    throw new FileError(`it could not be fetched (${response.status})`, isFinal);
  }
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) {
    await response.body?.cancel();
    throw new FileError('it is too large', true);
  }
  return Buffer.from(await response.arrayBuffer());
}

/**
 * Names that are safe as names of files: no folders, no hidden files, nothing that a shell or a screen would trip over,
 * each one once.
 */
export function safeNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((given) => {
    const clean = safeName(given);
    const { stem, extension } = split(clean);
    let name = clean;
    // Some file systems don't tell upper from lower case.
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${stem}-${n}${extension}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function safeName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/^[.\s-]+/, '')
    .trimEnd();
  const { stem, extension } = split(plain);
  const room = MAX_NAME_CHARS - extension.length;
  const short = Array.from(stem).slice(0, room).join('');
  return short + extension || 'file';
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  return { stem: name.slice(0, name.length - extension.length), extension };
}

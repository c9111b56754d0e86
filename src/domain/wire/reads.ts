import { z } from 'zod';
import { Epoch } from '../ids';
import { Port } from './tickets';

/**
 * Looking at a session's files: a person asks, the bridge is handed the question among its commands, and its answer
 * comes back in a call of its own. Nobody keeps either for longer than the person waits.
 */

/** The largest file whose content is handed over. */
export const MAX_READ_BYTES = 1024 * 1024;
/** The most entries of one folder, and the most paths of the whole repository, that one answer lists. */
export const MAX_TREE_ENTRIES = 5_000;
export const MAX_NAMES = 20_000;

/** Names that lead out of the repository, or into what git keeps for itself. */
const FORBIDDEN_NAMES = new Set(['', '.', '..', '.git']);

/** A path below the repository's folder, with `/` between names; empty for the folder itself. */
export const WorkPath = z
  .string()
  .max(4_096)
  .refine((path) => path === '' || (!path.includes('\0') && path.split('/').every(isOrdinaryName)), {
    message: 'This is no path inside the repository.',
  });

function isOrdinaryName(name: string): boolean {
  return !FORBIDDEN_NAMES.has(name.toLowerCase());
}

const ReadWhat = z.enum(['tree', 'file', 'names', 'ports']);
export type ReadWhat = z.infer<typeof ReadWhat>;

/** Handed to a bridge. One of another epoch is not for it: who asked has long been told so. */
export const ReadCommand = z.object({
  type: z.literal('read'),
  requestId: z.uuid(),
  epoch: Epoch,
  /** A folder's entries, a file's content, the paths of all files that git would keep, or the sandbox's ports. */
  what: ReadWhat,
  /** Checked by who answers: a command that is refused here would hold up all others. */
  path: z.string(),
});
export type ReadCommand = z.infer<typeof ReadCommand>;

const TreeEntry = z.object({
  name: z.string(),
  /** What a link leads to, when that is inside the repository. */
  kind: z.enum(['folder', 'file', 'other']),
  isLink: z.boolean(),
  /** Of a file; 0 for anything else. */
  sizeBytes: z.number().int().nonnegative(),
  /** Git does not keep it. */
  isIgnored: z.boolean(),
});
export type TreeEntry = z.infer<typeof TreeEntry>;

/** The most ports that one answer lists. */
export const MAX_PORTS = 100;

const OpenPort = z.object({
  port: Port,
  /** As the repository's environment file calls it. */
  name: z.string().max(60).nullable(),
  /** A program of the sandbox listens there now. */
  isListening: z.boolean(),
});
export type OpenPort = z.infer<typeof OpenPort>;

/** Pictures that a page can show. */
const PictureType = z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
export type PictureType = z.infer<typeof PictureType>;

export const ReadAnswer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('tree'),
    /** Folders first, then by name. */
    entries: z.array(TreeEntry).max(MAX_TREE_ENTRIES),
    /** There are more than an answer lists. */
    isCut: z.boolean(),
  }),
  z.object({ type: z.literal('names'), paths: z.array(z.string()).max(MAX_NAMES), isCut: z.boolean() }),
  z.object({
    type: z.literal('file'),
    sizeBytes: z.number().int().nonnegative(),
    /** Its bytes, in base64, since they need not be text; null for a file that is too large. */
    content: z
      .string()
      .max(MAX_READ_BYTES * 1.4)
      .nullable(),
    isBinary: z.boolean(),
    picture: PictureType.nullable(),
  }),
  z.object({
    type: z.literal('ports'),
    /** Where the bridge itself lets people with a ticket in. */
    listener: Port,
    ports: z.array(OpenPort).max(MAX_PORTS),
  }),
  z.object({
    type: z.literal('refused'),
    code: z.enum(['not_found', 'outside', 'wrong_kind', 'not_ready', 'failed']),
    message: z.string().max(2_000),
  }),
]);
export type ReadAnswer = z.infer<typeof ReadAnswer>;
export type ReadAnswerOf<T extends ReadAnswer['type']> = Extract<ReadAnswer, { type: T }>;

/** How a bridge answers one request. */
export const ReadReport = z.object({ requestId: z.uuid(), answer: ReadAnswer });
export type ReadReport = z.infer<typeof ReadReport>;

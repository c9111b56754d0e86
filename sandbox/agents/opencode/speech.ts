import { isUtf8 } from 'node:buffer';
import type { PromptFile } from './client';

/** A file that came with what somebody said: on the sandbox's disk, or missing with the reason. */
export type GivenFile =
  | { name: string; mime: string; path: string; bytes: Buffer }
  | { name: string; mime: string; problem: string };

/** What somebody says to the agent, as the agent gets it. */
export interface Speech {
  messageId: string;
  textPartId: string;
  text: string;
  files: readonly PromptFile[];
  /** The same words for an agent that can't take the pictures. */
  plainText: string;
}

/** Formats that every model which sees pictures can see. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Pictures travel in every later request of the conversation, and a request has a limit of 4 MB. */
const MAX_PICTURE_BYTES = 2_500_000;
/** Of a text file that the agent gets to read at once; and of all of them together. */
const MAX_TEXT_BYTES = 20_000;
const MAX_TEXTS_BYTES = 60_000;

interface Said {
  messageId: string;
  textPartId: string;
  text: string;
}

/** Puts words and files together. Every file is named with its place on the disk, so that tools can open it. */
export function composeSpeech(
  { messageId, textPartId, text }: Said,
  files: readonly GivenFile[],
  acceptsImages: boolean,
): Speech {
  const room = { pictures: MAX_PICTURE_BYTES, texts: MAX_TEXTS_BYTES };
  const placed = files.map((file) => place(file, room, acceptsImages));
  const compose = (areShown: boolean): string =>
    files.length === 0 ? text : [text, listOf(placed, areShown), ...inlined(placed)].join('\n\n');
  return {
    ...{ messageId, textPartId },
    text: compose(true),
    plainText: compose(false),
    files: placed.flatMap(({ file, as }) => (as === 'picture' && 'bytes' in file ? [asPicture(file)] : [])),
  };
}

interface PlacedFile {
  file: GivenFile;
  as: 'picture' | 'text' | 'path' | 'missing';
}

function place(
  file: GivenFile,
  room: { pictures: number; texts: number },
  acceptsImages: boolean,
): PlacedFile {
  if ('problem' in file) return { file, as: 'missing' };
  const { length } = file.bytes;
  if (PICTURES.has(file.mime)) {
    if (!acceptsImages || length > room.pictures) return { file, as: 'path' };
    room.pictures -= length;
    return { file, as: 'picture' };
  }
  const isText =
    length <= Math.min(MAX_TEXT_BYTES, room.texts) && isUtf8(file.bytes) && !file.bytes.includes(0);
  if (!isText) return { file, as: 'path' };
  room.texts -= length;
  return { file, as: 'text' };
}

function listOf(placed: readonly PlacedFile[], areShown: boolean): string {
  const lines = placed.map(({ file, as }) => {
    if ('problem' in file) return `- ${file.name} is missing: ${file.problem}`;
    const what = `- ${file.path} (${file.mime}, ${file.bytes.length.toLocaleString('en')} bytes)`;
    if (as === 'picture') return areShown ? `${what}, shown to you` : what;
    return as === 'text' ? `${what}, its text is below` : what;
  });
  return ['Files that came with this message; your tools can open them:', ...lines].join('\n');
}

function inlined(placed: readonly PlacedFile[]): string[] {
  return placed.flatMap(({ file, as }) =>
    as === 'text' && 'bytes' in file
      ? [`<file path=${JSON.stringify(file.path)}>\n${file.bytes.toString('utf8')}\n</file>`]
      : [],
  );
}

function asPicture({ name, mime, bytes }: Extract<GivenFile, { bytes: Buffer }>): PromptFile {
  return { name, mime, url: `data:${mime};base64,${bytes.toString('base64')}` };
}

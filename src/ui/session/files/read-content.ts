import type { FileContent } from './use-files';

/** A file's content as a page can use it. */
export interface ReadContent {
  bytes: Uint8Array<ArrayBuffer>;
  /** Null for what is no text. */
  text: string | null;
  /** Some of its bytes are no UTF-8: what they mean is not known. */
  isGuessed: boolean;
}

/** Reads what the sandbox answered; null for a file that was too large to be handed over. */
export function readContent({ content, isBinary }: FileContent): ReadContent | null {
  if (content === null) return null;
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  if (isBinary) return { bytes, text: null, isGuessed: false };
  const text = new TextDecoder().decode(bytes);
  return { bytes, text, isGuessed: text.includes('\ufffd') };
}

/** Its lines. A line feed at the end begins no further one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** A size in words: `612 bytes`, `1.2 MB`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes === 1) return '1 byte';
  const unit = Math.min(Math.floor(Math.log10(Math.max(sizeBytes, 1)) / 3), UNITS.length - 1);
  const value = sizeBytes / 1_000 ** unit;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

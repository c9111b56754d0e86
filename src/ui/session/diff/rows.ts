/** The height of one line of code that is not wrapped; the class of such a line says the same. */
export const ROW_PX = 18;
export const ROW_CLASS = 'leading-[18px]';

/** Lines that are drawn or left out together: few enough to draw quickly, many enough to be few. */
const CHUNK_LINES = 80;
/** Of a very long list, of which there would be too many. */
const LONG_LINES = 20_000;
const LONG_CHUNK_LINES = 400;

export interface Chunk<T> {
  /** The place of its first line among all. */
  from: number;
  lines: readonly T[];
}

/** Cuts a list of lines into what is drawn together. */
export function chunksOf<T>(lines: readonly T[]): Chunk<T>[] {
  const chunks: Chunk<T>[] = [];
  const count = lines.length > LONG_LINES ? LONG_CHUNK_LINES : CHUNK_LINES;
  for (let from = 0; from < lines.length; from += count) {
    chunks.push({ from, lines: lines.slice(from, from + count) });
  }
  return chunks;
}

/** A file of the repository, and a line of it. */
export interface FilePlace {
  path: string;
  /** From 1; left out for the whole file. */
  line?: number;
}

const HASH = /^#file=([^:]+)(?::(\d+))?$/;

/** The end of an address that opens this place: `#file=src/a.ts:12`. */
export function fileHash({ path, line }: FilePlace): string {
  const name = path.split('/').map(encodeURIComponent).join('/');
  return `#file=${name}${line === undefined ? '' : `:${line}`}`;
}

/** The place that an address names; null when it names none. */
export function readFileHash(hash: string): FilePlace | null {
  const [, name, line] = HASH.exec(hash) ?? [];
  if (name === undefined) return null;
  try {
    const path = decodeURIComponent(name);
    return line === undefined ? { path } : { path, line: Number(line) };
  } catch {
    // Half an escape: whoever wrote this address by hand gets the page without a file.
    return null;
  }
}

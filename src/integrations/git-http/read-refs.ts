export interface Refs {
  branches: string[];
  /** What each of them points to. */
  commits: ReadonlyMap<string, string>;
  /** The branch that HEAD names; null when the server does not say. */
  head: string | null;
}

const HEADS = 'refs/heads/';

/** Reads the pkt-lines of a ref advertisement (git's protocol v0/v1); null when it is none. */
export function readRefs(bytes: Uint8Array): Refs | null {
  const lines = pktLines(bytes);
  if (lines[0]?.trim() !== '# service=git-upload-pack') return null;
  const commits = new Map<string, string>();
  let head: string | null = null;
  for (const line of lines.slice(1)) {
    const { commit, name, symbolicHead } = readLine(line);
    head ??= symbolicHead;
    if (name.startsWith(HEADS)) commits.set(name.slice(HEADS.length), commit);
  }
  const branches = [...commits.keys()];
  return { branches, commits, head: head !== null && commits.has(head) ? head : null };
}

/** A commit and the ref that points to it; the first line says after a zero what HEAD names. */
function readLine(line: string): { commit: string; name: string; symbolicHead: string | null } {
  const [ref = '', capabilities = ''] = line.trimEnd().split('\0');
  const [commit = '', name = ''] = ref.split(' ');
  const symbolicHead = /(?:^| )symref=HEAD:refs\/heads\/(\S+)/.exec(capabilities)?.[1] ?? null;
  return { commit, name, symbolicHead };
}

/** Cuts a stream of pkt-lines: four hex digits of length (themselves included), `0000` for a flush. */
function pktLines(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: string[] = [];
  let at = 0;
  while (at + 4 <= buffer.length) {
    const length = Number.parseInt(buffer.toString('latin1', at, at + 4), 16);
    if (Number.isNaN(length)) break;
    if (length < 4) {
      at += 4;
      continue;
    }
    if (at + length > buffer.length) break;
    lines.push(buffer.toString('utf8', at + 4, at + length));
    at += length;
  }
  return lines;
}

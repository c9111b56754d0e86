export interface PatchLine {
  type: 'context' | 'added' | 'removed';
  /** Numbers in the old and the new file; null where the line is not in it. */
  oldLine: number | null;
  newLine: number | null;
  text: string;
}

export interface PatchHunk {
  header: string;
  lines: PatchLine[];
}

export interface PatchFile {
  path: string;
  /** What it was called before, when that is another name. */
  oldPath: string | null;
  hunks: PatchHunk[];
  additions: number;
  deletions: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** Reads git's unified patch into files, hunks and numbered lines. What it does not know it leaves out. */
export function parsePatch(patch: string): PatchFile[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((section) => section.startsWith('diff --git '))
    .map(parseFile);
}

function parseFile(section: string): PatchFile {
  const lines = section.replace(/\n$/, '').split('\n');
  const start = lines.findIndex((line) => HUNK.test(line));
  const head = start === -1 ? lines : lines.slice(0, start);
  const hunks = start === -1 ? [] : parseHunks(lines.slice(start));
  const count = (type: PatchLine['type']) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.type === type).length, 0);
  return { ...namesOf(head), hunks, additions: count('added'), deletions: count('removed') };
}

function namesOf(head: readonly string[]): Pick<PatchFile, 'path' | 'oldPath'> {
  const after = (prefix: string) => {
    const line = head.find((candidate) => candidate.startsWith(prefix));
    return line === undefined ? null : unquote(line.slice(prefix.length));
  };
  const withoutSide = (name: string | null) =>
    name === null || name === '/dev/null' ? null : name.replace(/^[ab]\//, '');
  const from = after('rename from ') ?? withoutSide(after('--- '));
  const to = after('rename to ') ?? withoutSide(after('+++ '));
  // A binary or empty file has no such lines; both halves of its first line then hold the same name.
  const fromFirstLine = / "?b\/(.*?)"?$/.exec(head[0] ?? '')?.[1] ?? '';
  const path = to ?? from ?? fromFirstLine;
  return { path, oldPath: from !== null && from !== path ? from : null };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '"': 34, '\\': 92 };

/** Undoes git's quotes around unusual names: bytes in octal, and the usual escapes. */
function unquote(name: string): string {
  const quoted = /^"(.*)"$/.exec(name.replace(/\t$/, ''))?.[1];
  if (quoted === undefined) return name.replace(/\t$/, '');
  const bytes: number[] = [];
  for (const [whole, octal, escape] of quoted.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escape !== undefined) bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(whole));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function parseHunks(lines: readonly string[]): PatchHunk[] {
  const hunks: PatchHunk[] = [];
  let [oldLine, newLine] = [0, 0];
  for (const line of lines) {
    const start = HUNK.exec(line);
    if (start) {
      [oldLine, newLine] = [Number(start[1]), Number(start[2])];
      hunks.push({ header: (start[3] ?? '').trim(), lines: [] });
      continue;
    }
    const text = line.slice(1);
    const into = hunks.at(-1)?.lines;
    if (line.startsWith('+')) into?.push({ type: 'added', oldLine: null, newLine: newLine++, text });
    else if (line.startsWith('-')) into?.push({ type: 'removed', oldLine: oldLine++, newLine: null, text });
    else if (line.startsWith(' ') || line === '') {
      into?.push({ type: 'context', oldLine: oldLine++, newLine: newLine++, text });
    }
  }
  return hunks;
}

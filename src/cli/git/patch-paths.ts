/** What a patch would touch, read from its headers only. */
export interface PatchPaths {
  paths: Set<string>;
  /** Those that it makes symbolic links. */
  links: Set<string>;
}

/** Reads the paths of a git patch: old and new names, renames and copies. Content lines are skipped by their count. */
export function readPatchPaths(patch: string): PatchPaths {
  const paths = new Set<string>();
  const links = new Set<string>();
  let inHunk = { old: 0, new: 0 };
  let newest = '';
  for (const line of patch.split('\n')) {
    if (inHunk.old > 0 || inHunk.new > 0) {
      inHunk = afterContentLine(inHunk, line);
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) inHunk = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
    for (const path of headerPaths(line)) {
      paths.add(path);
      newest = path;
    }
    if (/^(new file mode|new mode|index [0-9a-f]+\.\.[0-9a-f]+) ?120000$/.test(line)) links.add(newest);
  }
  return { paths, links };
}

function afterContentLine(left: { old: number; new: number }, line: string): { old: number; new: number } {
  switch (line[0]) {
    case '-':
      return { ...left, old: left.old - 1 };
    case '+':
      return { ...left, new: left.new - 1 };
    case '\\':
      return left;
    default:
      return { old: left.old - 1, new: left.new - 1 };
  }
}

function headerPaths(line: string): string[] {
  const diff = /^diff --git (.+)$/.exec(line)?.[1];
  if (diff !== undefined) return bothNames(diff);
  const side = /^(?:---|\+\+\+) (.+)$/.exec(line)?.[1];
  if (side !== undefined)
    return side === '/dev/null' ? [] : [withoutPrefix(unquote(side.replace(/\t$/, '')))];
  const moved = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line)?.[1];
  return moved === undefined ? [] : [unquote(moved)];
}

/** `a/x b/x`: two names that are the same, unless lines below name them apart. */
function bothNames(names: string): string[] {
  const quoted = [...names.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([name]) => withoutPrefix(unquote(name)));
  if (quoted.length > 0) return quoted;
  const half = (names.length - 1) / 2;
  const [first, second] = [names.slice(0, half), names.slice(half + 1)];
  return withoutPrefix(first) === withoutPrefix(second) ? [withoutPrefix(first)] : [];
}

function withoutPrefix(name: string): string {
  return name.replace(/^[ab]\//, '');
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** Git quotes names with unusual bytes as C does. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  for (const [token, octal, letter] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|[^\\]/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(letter === undefined ? token : (ESCAPES[letter] ?? letter)));
  }
  return Buffer.from(bytes).toString('utf8');
}

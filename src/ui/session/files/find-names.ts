/** As many as anybody reads through. */
const MAX_FOUND = 200;

/** The paths in which every word is found, whatever its case; those whose name begins with the first come first. */
export function findNames(paths: readonly string[], wanted: string): string[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return [];
  const ranked: { path: string; rank: number }[] = [];
  for (const path of paths) {
    const lower = path.toLowerCase();
    if (!words.every((word) => lower.includes(word))) continue;
    ranked.push({ path, rank: rankOf(lower, first) });
  }
  ranked.sort((a, b) => a.rank - b.rank || a.path.length - b.path.length);
  return ranked.slice(0, MAX_FOUND).map(({ path }) => path);
}

function rankOf(lower: string, word: string): number {
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (name === word) return 0;
  if (name.startsWith(word)) return 1;
  return name.includes(word) ? 2 : 3;
}

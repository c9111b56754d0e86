/** Something that the palette can offer. */
export interface Findable {
  title: string;
  group: string;
  /** More words that find it, at less weight than its title. */
  words?: string | undefined;
}

export interface FoundGroup<Result> {
  group: string;
  results: Result[];
}

const PREFIX = 8;
const WORD = 6;
const INSIDE = 4;
const SCATTERED = 1;
/** Words beside the title find a thing, but the title of another goes before. */
const WORDS_SHARE = 0.5;

/** What people type and what is written, without the differences that nobody types: case and accents. */
const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

function scoreToken(token: string, text: string): number {
  const at = text.indexOf(token);
  if (at === 0) return PREFIX;
  if (at > 0) return new RegExp(`[^\\p{L}\\p{N}]${escaped(token)}`, 'u').test(text) ? WORD : INSIDE;
  return isScattered(token, text) ? SCATTERED : 0;
}

const escaped = (token: string): string => token.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Whether the letters come in this order, each first one at the start of a word or right after another. */
function isScattered(token: string, text: string): boolean {
  let at = -1;
  for (const letter of token) {
    const next = [...startsAfter(text, at)].find((start) => text[start] === letter);
    if (next === undefined) return false;
    at = next;
  }
  return true;
}

/** The place after `at`, and every start of a word behind it. */
function* startsAfter(text: string, at: number): Generator<number> {
  if (at >= 0) yield at + 1;
  for (let place = at + 1; place < text.length; place += 1) {
    if (place === 0 || /[^\p{L}\p{N}]/u.test(text.charAt(place - 1))) yield place;
  }
}

/** How well a thing answers a query; 0 when a word of the query is nowhere in it. */
export function scoreOf(query: string, { title, words = '' }: Findable): number {
  const [inTitle, inWords] = [plain(title), plain(words)];
  let score = 0;
  for (const token of plain(query).split(/\s+/).filter(Boolean)) {
    const best = Math.max(scoreToken(token, inTitle), scoreToken(token, inWords) * WORDS_SHARE);
    if (best === 0) return 0;
    score += best;
  }
  return score;
}

/**
 * What answers a query, in groups: the group with the best answer first, and in each the best first. Equal answers,
 * and everything when nothing is asked, keep the order in which they came.
 */
export function find<Result extends Findable>(
  query: string,
  all: readonly Result[],
  limit: number,
): FoundGroup<Result>[] {
  const isAsked = query.trim() !== '';
  const scored = all
    .map((result) => ({ result, score: isAsked ? scoreOf(query, result) : 1 }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
  const groups = new Map<string, Result[]>();
  for (const { result } of scored) groups.set(result.group, [...(groups.get(result.group) ?? []), result]);
  return [...groups].map(([group, results]) => ({ group, results }));
}

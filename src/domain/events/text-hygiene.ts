/**
 * Postgres refuses U+0000 in text and lone surrogates in JSON. One such character in one tool's output would
 * block a session for ever, so both become U+FFFD before anything is stored.
 */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}

/** Nothing of ours nests deeper; JSON that does could exhaust the stack of whoever walks it. */
const MAX_DEPTH = 64;

/**
 * `cleanText` on every string (keys too) inside a JSON value; what is nested too deeply becomes U+FFFD. What is clean
 * already, as nearly all of it is, is answered as it is: looking costs a fraction of copying.
 */
export function cleanJson(value: unknown): unknown {
  return isCleanNested(value, 0) ? value : cleanNested(value, 0);
}

function isCleanNested(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isCleanText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isCleanNested(item, depth + 1));
  return (
    Object.keys(value).every(isCleanText) &&
    Object.values(value).every((item) => isCleanNested(item, depth + 1))
  );
}

function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

function cleanNested(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '\uFFFD';
  if (Array.isArray(value)) return value.map((item) => cleanNested(item, depth + 1));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [cleanText(key), cleanNested(item, depth + 1)]));
}

/** The first `length` UTF-16 code units, one fewer when that would cut a surrogate pair in two. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? length - 1 : length);
}

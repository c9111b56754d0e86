/**
 * Postgres refuses U+0000 in text and lone surrogates in JSON. One such character in one tool's output would
 * block a session for ever, so both become U+FFFD before anything is stored.
 */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}

/** Nothing of ours nests deeper; JSON that does could exhaust the stack of whoever walks it. */
const MAX_DEPTH = 64;

/** `cleanText` on every string (keys too) inside a JSON value; what is nested too deeply becomes U+FFFD. */
export function cleanJson(value: unknown): unknown {
  return cleanNested(value, 0);
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

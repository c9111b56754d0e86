interface Named {
  id: string;
  name: string;
}

/**
 * The one repository that a text names, in full (`acme/web`) or by its last part where the text says that it is one
 * (`in web`, `repo web`, `#web`). Null when it names none, or several.
 */
export function nameInWords(text: string, known: readonly Named[]): string | null {
  const words = text.toLowerCase();
  const inFull = known.filter(({ name }) => hasWord(words, name.toLowerCase()));
  if (inFull.length > 0) return onlyOne(inFull);
  return onlyOne(known.filter(({ name }) => isPointedAt(words, lastPart(name))));
}

function onlyOne(found: readonly Named[]): string | null {
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}

function lastPart(name: string): string {
  return name.toLowerCase().split('/').at(-1) ?? '';
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(^|[^\\w/.-])${escape(word)}(?![\\w-]|/\\w)`).test(text);
}

function isPointedAt(text: string, part: string): boolean {
  return new RegExp(
    `(\\b(in|on|for|repo|repository)\\s+(the\\s+)?|#)[\`'"]?${escape(part)}[\`'"]?(?![\\w/-])`,
  ).test(text);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

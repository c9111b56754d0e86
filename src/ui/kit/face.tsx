/** The ten colours of the palette for people; the same one for the same person everywhere. */
const COLOURS = 10;

function colourOf(id: string): string {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `var(--person-${hash % COLOURS})`;
}

function firstLetter(word: string): string {
  return String.fromCodePoint(...[word.codePointAt(0)].filter((point) => point !== undefined));
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return `${firstLetter(words[0] ?? '?')}${firstLetter(last)}`.toUpperCase();
}

/** Somebody, as initials in their colour. The name stands beside it or in the title. */
export function Face({ id, name }: { id: string; name: string }) {
  const colour = colourOf(id);
  return (
    <span
      aria-hidden
      title={name}
      style={{ color: colour, borderColor: colour }}
      className="inline-grid size-5 shrink-0 place-items-center rounded-full border text-[9px] leading-none font-semibold"
    >
      {initialsOf(name)}
    </span>
  );
}

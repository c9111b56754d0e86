/** A text with what was searched for marked in it. */
export function FoundText({ text, search }: { text: string; search: string }) {
  const terms = search.split(/\s+/).filter((term) => term !== '');
  if (terms.length === 0) return text;
  const pattern = new RegExp(
    `(${terms.map((term) => term.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`,
    'giu',
  );
  // Of a split by one group every second part is what it matched.
  return text.split(pattern).map((part, index) =>
    index % 2 === 1 ? (
      <mark key={index} className="rounded-sm bg-accent/20 text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What terminals show in two columns: East Asian wide and full-width forms, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function widthOfOne(grapheme: string): number {
  if (/^\p{M}+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns a text takes that holds no control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfOne(segment);
  return width;
}

/** As much of a text's beginning as fits, with `…` where it was cut. */
export function fit(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let fitting = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOfOne(segment);
    if (width > columns - 1) break;
    fitting += segment;
  }
  return `${fitting}…`;
}

/** As much of a text's end as fits, so that what is typed stays in sight. */
export function fitEnd(text: string, columns: number): string {
  const segments = [...graphemes.segment(text)].map(({ segment }) => segment);
  let width = 0;
  let from = segments.length;
  while (from > 0) {
    width += widthOfOne(segments[from - 1] ?? '');
    if (width > columns) break;
    from -= 1;
  }
  return segments.slice(from).join('');
}

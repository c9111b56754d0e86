/** What a piece of code is, as far as a colour tells it. Each has a class `code-…` in `code.css`. */
export type CodeLook =
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'name'
  | 'type'
  | 'attribute'
  | 'tag'
  | 'added'
  | 'removed'
  | 'strong';

/** Highlighted code: plain text, or a piece with a look that may hold others. */
export type CodeToken = string | { look: CodeLook | null; inside: readonly CodeToken[] };

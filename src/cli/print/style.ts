/** Emphasis, when the terminal has colour; without it every line still says all by its words and marks. */
export interface Style {
  hasColour: boolean;
  dim(text: string): string;
  bold(text: string): string;
  code(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const same = (text: string): string => text;

export function styleFor(hasColour: boolean): Style {
  return hasColour
    ? { hasColour, dim: sgr(2, 22), bold: sgr(1, 22), code: sgr(36, 39) }
    : { hasColour, dim: same, bold: same, code: same };
}

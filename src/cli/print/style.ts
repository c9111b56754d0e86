/** Emphasis, when the terminal has colour; without it every line still says all by its words and marks. */
export interface Style {
  dim(text: string): string;
  bold(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

export function styleFor(hasColour: boolean): Style {
  return hasColour ? { dim: sgr(2, 22), bold: sgr(1, 22) } : { dim: (text) => text, bold: (text) => text };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

/** Undoes git's quotes around an unusual name: bytes in octal, and the escapes of C. */
export function unquote(name: string): string {
  const quoted = /^"([^]*)"$/.exec(name)?.[1];
  if (quoted === undefined) return name;
  const bytes: number[] = [];
  for (const [whole, octal, escape] of quoted.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escape !== undefined) bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(whole));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** The name in a line such as `--- a/name`; null for a side on which there is no file. */
export function sideName(text: string): string | null {
  // A name with a space in it is followed by a tab, so that nobody takes the rest for a date.
  const name = unquote(text.replace(/\t$/, ''));
  return name === '/dev/null' ? null : withoutSide(name);
}

/** The name in `a/name b/name`, when both are the same: nothing else in such a section says it. */
export function sameName(text: string): string {
  const quoted = /^("(?:[^"\\]|\\.)*") /.exec(text)?.[1];
  if (quoted !== undefined) return withoutSide(unquote(quoted));
  return withoutSide(text.slice(0, (text.length - 1) / 2));
}

function withoutSide(name: string): string {
  return name.replace(/^[ab]\//, '');
}

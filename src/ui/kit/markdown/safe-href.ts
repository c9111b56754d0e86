const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/**
 * Where a link of an agent's text may lead: to a full address on the web or to a mailbox. Null for everything else,
 * such as a script, or a path that means a file of the repository and would lead somewhere in this app.
 */
export function safeHref(href: string): string | null {
  return URL.canParse(href) && SCHEMES.has(new URL(href).protocol) ? href : null;
}

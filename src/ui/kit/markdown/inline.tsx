import type { MarkedToken, Token } from 'marked';
import type { ReactNode } from 'react';
import { decodeEntities } from './decode-entities';
import { safeHref } from './safe-href';

/** What nests more deeply is shown as it was written. */
export const MAX_DEPTH = 12;

interface Nested {
  tokens: readonly Token[] | undefined;
  depth: number;
}

/** The words of a block. HTML in them is shown as the text that it is. */
export function Inline({ tokens = [], depth }: Nested) {
  return tokens.map((token, at) => <Word key={at} token={token} depth={depth} />);
}

function Word({ token, depth }: { token: Token; depth: number }): ReactNode {
  if (depth > MAX_DEPTH) return token.raw;
  // Without extensions there are no tokens but marked's own.
  const own = token as MarkedToken;
  const inside = 'tokens' in own && <Inline tokens={own.tokens} depth={depth + 1} />;
  switch (own.type) {
    case 'strong':
      return <strong>{inside}</strong>;
    case 'em':
      return <em>{inside}</em>;
    case 'del':
      return <del>{inside}</del>;
    case 'codespan':
      return <code className="font-mono">{own.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={own.href}>{inside}</Link>;
    case 'image':
      // A picture of the agent's would be a request to whatever host it names: its address is shown instead.
      return <Link href={own.href}>{own.text === '' ? 'picture' : own.text}</Link>;
    case 'escape':
      return own.text;
    case 'text':
      return own.tokens ? inside : decodeEntities(own.text);
    default:
      return own.raw;
  }
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const safe = safeHref(href);
  if (safe === null) return <span title={href}>{children}</span>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

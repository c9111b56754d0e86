import { Fragment } from 'react';
import type { CodeToken } from './code-token';
import './code.css';
import { useHighlighted } from './use-highlighted';

/** Code in the colours of its language, once the highlighter is there; until then the same text without. */
export function CodeText({ code, language }: { code: string; language: string | null }) {
  const tokens = useHighlighted(code, language);
  return tokens ? <Tokens tokens={tokens} /> : code;
}

function Tokens({ tokens }: { tokens: readonly CodeToken[] }) {
  return tokens.map((token, at) => {
    if (typeof token === 'string') return <Fragment key={at}>{token}</Fragment>;
    return (
      <span key={at} className={token.look === null ? undefined : `code-${token.look}`}>
        <Tokens tokens={token.inside} />
      </span>
    );
  });
}

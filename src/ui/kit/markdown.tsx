import { memo, useMemo, useState } from 'react';
import { Block } from './markdown/block';
import { MarkdownLexer } from './markdown/markdown-lexer';

/**
 * Markdown as people read it, also while it is being written (`isGrowing`): only its end is drawn again then. HTML
 * in it is shown as the text that it is.
 */
export default memo(function Markdown({ text, isGrowing = false }: { text: string; isGrowing?: boolean }) {
  const [lexer] = useState(() => new MarkdownLexer());
  const blocks = useMemo(() => lexer.blocks(text), [lexer, text]);
  return (
    <div className="prose break-words">
      {blocks.map((block, at) => (
        <Block key={at} block={block} isGrowing={isGrowing && at === blocks.length - 1} />
      ))}
    </div>
  );
});

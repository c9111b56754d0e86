import type { MarkedToken, Token, Tokens } from 'marked';
import { memo, type ReactNode } from 'react';
import { CodeBlock } from '../code/code-block';
import { decodeEntities } from './decode-entities';
import { Inline, MAX_DEPTH } from './inline';

interface BlockProps {
  block: MarkedToken;
  /** How many blocks it is inside of. */
  depth?: number;
  /** More of it may come. */
  isGrowing?: boolean;
}

/** One block of Markdown. A block that is the same object as before is not drawn again. */
export const Block = memo(function Block({ block, depth = 0, isGrowing = false }: BlockProps): ReactNode {
  if (depth > MAX_DEPTH) return <p className="whitespace-pre-wrap">{block.raw}</p>;
  switch (block.type) {
    case 'heading':
      return <Heading tokens={block.tokens} />;
    case 'paragraph':
      return (
        <p>
          <Inline tokens={block.tokens} depth={depth} />
        </p>
      );
    case 'code':
      return <CodeBlock text={block.text} language={languageOf(block)} isGrowing={isGrowing} />;
    case 'blockquote':
      return (
        <blockquote>
          <Blocks blocks={block.tokens} depth={depth + 1} />
        </blockquote>
      );
    case 'list':
      return <List list={block} depth={depth} />;
    case 'table':
      return <Table table={block} depth={depth} />;
    case 'hr':
      return <hr />;
    case 'text':
      return block.tokens ? <Inline tokens={block.tokens} depth={depth} /> : decodeEntities(block.text);
    case 'html':
      return <p className="whitespace-pre-wrap">{block.text.trimEnd()}</p>;
    case 'space':
    case 'def':
    case 'checkbox':
      return null;
    default:
      return <p className="whitespace-pre-wrap">{block.raw}</p>;
  }
});

/** What follows the fence up to the first blank, such as `ts`. */
function languageOf({ lang }: Tokens.Code): string | null {
  const [word = ''] = (lang ?? '').split(/[\s,{]/, 1);
  return word === '' ? null : word.toLowerCase();
}

function Blocks({ blocks, depth }: { blocks: readonly Token[]; depth: number }) {
  // Without extensions there are no tokens but marked's own.
  return (blocks as readonly MarkedToken[]).map((block, at) => (
    <Block key={at} block={block} depth={depth} />
  ));
}

/** A heading of agent text is below those of the page, and all of them on one level: it skips levels as it likes. */
function Heading({ tokens }: { tokens: Token[] }) {
  return (
    <h3>
      <Inline tokens={tokens} depth={0} />
    </h3>
  );
}

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, at) => (
    <li key={at} className={item.task ? 'list-none' : undefined}>
      {item.task && (
        <span aria-label={item.checked ? 'done: ' : 'to do: '}>{item.checked ? '☑ ' : '☐ '}</span>
      )}
      <Blocks blocks={item.tokens} depth={depth + 1} />
    </li>
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  return <ol start={list.start === '' ? undefined : list.start}>{items}</ol>;
}

function Table({ table: { header, rows }, depth }: { table: Tokens.Table; depth: number }) {
  const alignOf = ({ align }: Tokens.TableCell) =>
    align === 'right' ? 'text-right' : align === 'center' ? 'text-center' : undefined;
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, at) => (
              <th key={at} className={alignOf(cell)}>
                <Inline tokens={cell.tokens} depth={depth} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at} className={alignOf(cell)}>
                  <Inline tokens={cell.tokens} depth={depth} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

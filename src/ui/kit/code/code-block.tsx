import { CopyButton } from '../copy-button';
import { CodeText } from './code-text';

/** Code in a text: its language, a way to copy it, and the lines. While it grows it has no colours yet. */
export function CodeBlock({
  text,
  language,
  isGrowing,
}: {
  text: string;
  language: string | null;
  isGrowing: boolean;
}) {
  const name = language ?? 'code';
  return (
    <div className="overflow-hidden rounded-md border bg-raised">
      <div className="flex h-7 items-center justify-between pr-1 pl-3 text-xs text-muted">
        <span>{name}</span>
        <CopyButton text={text} label={language === null ? 'this code' : `this ${language} code`} />
      </div>
      <pre className="font-mono" tabIndex={0} aria-label={`Code, ${name}`}>
        <code>
          <CodeText code={text} language={isGrowing ? null : language} />
        </code>
      </pre>
    </div>
  );
}

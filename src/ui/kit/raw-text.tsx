import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';

/** Text exactly as it was, under a name, to read and to copy; `action` is a further thing to do with it. */
export function RawText({ label, text, action }: { label: string; text: string; action?: ReactNode }) {
  return (
    <div className="min-w-0 overflow-hidden rounded-md border">
      <div className="flex h-7 items-center gap-2 border-b bg-surface pr-1 pl-3 text-xs text-muted">
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {action}
        <CopyButton text={text} label={label.toLowerCase()} />
      </div>
      <pre
        tabIndex={0}
        aria-label={label}
        className="max-h-80 overflow-auto px-3 py-2 font-mono text-xs leading-[18px] break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
    </div>
  );
}

'use client';

import { useState } from 'react';
import { Button } from './button';

/** Text exactly as it was, under a name, to read and to copy. */
export function RawText({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    );
  return (
    <div className="min-w-0 overflow-hidden rounded-md border">
      <div className="flex h-7 items-center justify-between border-b bg-surface pr-1 pl-3 text-xs text-muted">
        <span>{label}</span>
        <Button size="small" variant="quiet" onClick={() => void copy()}>
          {copied === 'yes' ? 'Copied' : copied === 'no' ? 'Not allowed' : 'Copy'}
        </Button>
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

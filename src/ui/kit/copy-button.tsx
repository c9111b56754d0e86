'use client';

import { Button } from './button';
import { type CopyState, useCopy } from './use-copy';

const WORDS = { ready: 'Copy', copied: 'Copied', refused: 'Not allowed' } satisfies Record<CopyState, string>;

/** Copies text. `label` says what, for those who do not see where it stands. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { state, copy } = useCopy(text);
  return (
    <Button
      size="small"
      variant="quiet"
      onClick={copy}
      aria-label={state === 'ready' ? `Copy ${label}` : undefined}
    >
      <span aria-live="polite">{WORDS[state]}</span>
    </Button>
  );
}

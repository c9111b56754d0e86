'use client';

import { useState } from 'react';
import { Button } from '../kit/button';

/** For a code that was not in the link, typed over from the terminal. */
export function EnterCode({ onEnter }: { onEnter: (code: string) => void }) {
  const [text, setText] = useState('');
  const code = text.trim().toUpperCase();
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (code !== '') onEnter(code);
      }}
    >
      <label className="flex flex-col gap-1.5 text-muted">
        The code that the terminal shows
        <input
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={20}
          placeholder="XXXX-XXXX"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-10 rounded-md border bg-surface px-3 font-mono text-lg tracking-widest text-text uppercase"
        />
      </label>
      <Button type="submit" variant="primary" disabled={code === ''}>
        Look up the terminal
      </Button>
    </form>
  );
}

import { useEffect, useState } from 'react';

/** How long it says that it was copied. */
const SAID_MS = 2_000;

export type CopyState = 'ready' | 'copied' | 'refused';

/** Puts text, or what is made when it is wanted, on the clipboard and tells for a while whether the browser let it. */
export function useCopy(text: string | (() => string)): { state: CopyState; copy: () => void } {
  const [state, setState] = useState<CopyState>('ready');
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return { state, copy };
}

import { type CopyState, useCopy } from '../../kit/use-copy';

const WORDS = { copied: 'Link copied', refused: 'Not allowed' } satisfies Record<
  Exclude<CopyState, 'ready'>,
  string
>;

/** Copies the address of one event; there when its row is pointed at or has the focus. */
export function EventLink({ seq }: { seq: number }) {
  // Rendered on the server too, which has no address of the page; nobody copies there.
  const address = () => `${window.location.origin}${window.location.pathname}#${seq}`;
  const { state, copy } = useCopy(address);
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={state === 'ready' ? `Copy a link to event ${seq}` : undefined}
      title="Copy a link to this"
      className="tabular absolute top-0 right-0 rounded bg-bg px-1.5 py-0.5 font-mono text-xs text-muted opacity-0 group-hover/row:opacity-100 hover:text-text focus-visible:opacity-100"
    >
      <span aria-live="polite">{state === 'ready' ? `#${seq}` : WORDS[state]}</span>
    </button>
  );
}

/** A sheet with a folded corner: a file of which there is no picture. */
export function FileSign() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden className="size-4 shrink-0 text-muted">
      <path
        d="M4 1.75h5L12.25 5v9.25H4Z M9 1.75V5h3.25"
        {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.2, strokeLinejoin: 'round' }}
      />
    </svg>
  );
}

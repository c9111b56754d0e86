import type { ReactNode } from 'react';

/** A small button with a sign in place of words, which it has for who does not see the sign. */
export function IconButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-6 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
    >
      <svg
        viewBox="0 0 16 16"
        aria-hidden
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
      >
        {children}
      </svg>
    </button>
  );
}

export function CopyIcon() {
  return <path d="M6 5.5h6.5v7.5H6zM3.5 10.5V3H10" strokeLinejoin="round" />;
}

export function FileIcon() {
  return <path d="M4 2.5h5L12.5 6v7.5H4zM9 2.5V6h3.5" strokeLinejoin="round" />;
}

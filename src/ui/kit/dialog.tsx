'use client';

import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { classNames } from './class-names';

/**
 * A dialog that is open for as long as it is drawn. The platform keeps the focus inside and gives it back to where it
 * was; Escape, and a click beside the dialog, call `onClose`.
 */
export function Dialog({
  label,
  onClose,
  className,
  children,
}: {
  label: string;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // React focuses what wants to be first before the dialog is open, and the platform then takes the focus away.
    dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    // The focus goes back on closing only, not when an open dialog is taken out of the page.
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={label}
      onClose={(event) => {
        // It comes late: by then the dialog may be open again.
        if (!event.currentTarget.open) onClose();
      }}
      onClick={(event) => {
        // What lies around the dialog belongs to its element; everything in it is a child.
        if (event.target === event.currentTarget) onClose();
      }}
      className={classNames(
        'animate-appear fixed inset-x-0 mx-auto rounded-lg border bg-surface text-text backdrop:bg-bg/70',
        className,
      )}
    >
      {children}
    </dialog>
  );
}

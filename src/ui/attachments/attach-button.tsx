import { useRef } from 'react';
import { Button } from '../kit/button';

/** Opens the platform's own window to pick files. */
export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file picked again is a change, too.
          currentTarget.value = '';
        }}
      />
      <Button
        size="small"
        variant="quiet"
        aria-label="Attach files"
        title="Attach files, or paste or drop them"
        className="px-1"
        onClick={() => input.current?.click()}
      >
        <svg viewBox="0 0 16 16" aria-hidden className="size-4">
          <path
            d="m13 7.2-5.3 5.2a3.1 3.1 0 0 1-4.4-4.4l5.4-5.3a2 2 0 0 1 2.9 2.9L6.3 10.9a1 1 0 0 1-1.4-1.4l4.8-4.8"
            {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.3, strokeLinecap: 'round' }}
          />
        </svg>
      </Button>
    </>
  );
}

import type { KeyboardEvent, ReactNode, RefObject } from 'react';

/** Enter makes a line where there is no hardware keyboard to hold shift on. */
function hasKeyboard(): boolean {
  return matchMedia('(hover: hover) and (pointer: fine)').matches;
}

/** A text that grows with what is typed, with a row of controls below. Enter sends, shift and Enter breaks the line. */
export function PromptBox({
  label,
  text,
  onText,
  onSubmit,
  ref,
  children,
}: {
  label: string;
  text: string;
  onText: (text: string) => void;
  onSubmit: () => void;
  ref?: RefObject<HTMLTextAreaElement | null>;
  children: ReactNode;
}) {
  function press(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === 'Escape') event.currentTarget.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    if (!hasKeyboard() && !event.metaKey && !event.ctrlKey) return;
    event.preventDefault();
    onSubmit();
  }
  return (
    <div className="rounded-lg border bg-surface focus-within:border-accent">
      <textarea
        ref={ref}
        rows={1}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={press}
        className="field-sizing-content block max-h-[40dvh] min-h-9 w-full resize-none bg-transparent px-3 pt-2.5 pb-1 outline-none placeholder:text-muted"
      />
      <div className="flex flex-wrap items-center gap-2 px-2 pb-2">{children}</div>
    </div>
  );
}

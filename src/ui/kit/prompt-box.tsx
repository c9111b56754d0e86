import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useState,
} from 'react';
import { classNames } from './class-names';

/** Enter makes a line where there is no hardware keyboard to hold shift on. */
function hasKeyboard(): boolean {
  return matchMedia('(hover: hover) and (pointer: fine)').matches;
}

/** With what Enter was pressed: with ⌘ or Ctrl, with ⌥ or Alt, or alone. */
export type SubmitKey = 'enter' | 'alt-enter' | 'mod-enter';

interface PromptBoxProps {
  label: string;
  text: string;
  onText: (text: string) => void;
  /** Enter was pressed, without shift. On a touch screen only together with ⌘ or Ctrl. */
  onSubmit: (key: SubmitKey) => void;
  /** Files were pasted or dropped; left out where none can go with the text. */
  onFiles?: ((files: File[]) => void) | undefined;
  /** Hears keys first; one whose default it prevents does nothing here. */
  onKey?: ((event: KeyboardEvent<HTMLTextAreaElement>) => void) | undefined;
  ref?: RefObject<HTMLTextAreaElement | null>;
  /** Above the text, such as the files that will go with it. */
  tray?: ReactNode;
  /** The row of controls below the text. */
  children: ReactNode;
}

/** A text that grows with what is typed, with a row of controls below. Enter sends, shift and Enter breaks the line. */
export function PromptBox({
  label,
  text,
  onText,
  onSubmit,
  onFiles,
  onKey,
  ref,
  tray,
  children,
}: PromptBoxProps) {
  const { isOver, ...target } = useDrop(onFiles);
  function press(event: KeyboardEvent<HTMLTextAreaElement>): void {
    onKey?.(event);
    if (event.defaultPrevented) return;
    if (event.key === 'Escape') event.currentTarget.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    const isMod = event.metaKey || event.ctrlKey;
    if (!hasKeyboard() && !isMod) return;
    event.preventDefault();
    onSubmit(isMod ? 'mod-enter' : event.altKey ? 'alt-enter' : 'enter');
  }
  function paste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files];
    // What a table or a web page puts beside its text is a picture of that text, which nobody means.
    if (!onFiles || files.length === 0 || event.clipboardData.getData('text/plain') !== '') return;
    event.preventDefault();
    onFiles(files);
  }
  return (
    <div
      {...target}
      className={classNames(
        'relative rounded-lg border bg-surface focus-within:border-accent',
        isOver && 'border-accent',
      )}
    >
      {tray}
      <textarea
        ref={ref}
        rows={1}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={press}
        onPaste={paste}
        className="field-sizing-content block max-h-[40dvh] min-h-9 w-full resize-none bg-transparent px-3 pt-2.5 pb-1 outline-none placeholder:text-muted"
      />
      <div className="flex flex-wrap items-center gap-2 px-2 pb-2">{children}</div>
      {isOver && (
        <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-lg bg-surface/90 text-sm text-accent">
          Drop to attach
        </div>
      )}
    </div>
  );
}

/** Takes files that are dropped on an element; `isOver` while they hang above it. */
function useDrop(onFiles: ((files: File[]) => void) | undefined) {
  const [isOver, setIsOver] = useState(false);
  const hasFiles = (event: DragEvent) => onFiles !== undefined && event.dataTransfer.types.includes('Files');
  return {
    isOver,
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      // Leaving a child for its parent is no leaving.
      const { currentTarget, relatedTarget } = event;
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setIsOver(false);
    },
    onDrop: (event: DragEvent) => {
      setIsOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      onFiles?.([...event.dataTransfer.files]);
    },
  };
}

'use client';

import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { classNames } from './class-names';

/** As many as anybody reads; more are found by typing. */
const MAX_SHOWN = 100;

interface SearchSelectProps {
  label: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
  /** Said in place of the list when there is none yet. */
  emptyWords: string;
  isMono?: boolean;
}

/** A choice among many by their names: opens a list with a field that narrows it. It opens upwards. */
export function SearchSelect({
  label,
  value,
  options,
  onChange,
  emptyWords,
  isMono = false,
}: SearchSelectProps) {
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  function close(): void {
    setIsOpen(false);
    button.current?.focus();
  }
  return (
    <div
      ref={root}
      className="relative min-w-0"
      onBlur={({ relatedTarget }) => {
        if (!(relatedTarget instanceof Node && root.current?.contains(relatedTarget))) setIsOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        aria-label={`${label}: ${value}`}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        title={label}
        onClick={() => setIsOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setIsOpen(true);
        }}
        className={classNames(
          'flex h-6 max-w-48 items-center gap-1 rounded-md border border-(--edge) bg-surface px-1.5 text-xs hover:bg-raised',
          isMono && 'font-mono',
        )}
      >
        <span className="truncate">{value}</span>
        <span aria-hidden className="text-muted">
          ▾
        </span>
      </button>
      {isOpen && (
        <SearchList
          {...{ label, value, options, emptyWords, isMono }}
          onClose={close}
          onChoose={(chosen) => {
            onChange(chosen);
            close();
          }}
        />
      )}
    </div>
  );
}

function SearchList({
  label,
  value,
  options,
  emptyWords,
  isMono,
  onChoose,
  onClose,
}: Omit<SearchSelectProps, 'onChange' | 'isMono'> & {
  isMono: boolean;
  onChoose: (value: string) => void;
  onClose: () => void;
}) {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState<number | null>(null);
  const found = options.filter((option) => option.toLowerCase().includes(text.trim().toLowerCase()));
  const shown = found.slice(0, MAX_SHOWN);
  // Until somebody moves, the present value is where one stands; in a narrowed list its first line.
  const active = Math.min(at ?? Math.max(0, text === '' ? shown.indexOf(value) : 0), shown.length - 1);

  function press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && shown.length > 0) setAt((active + step + shown.length) % shown.length);
    else if (event.key === 'Enter' && shown[active] !== undefined) onChoose(shown[active]);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    // It is meant for the list, not for what lies around it.
    event.stopPropagation();
  }

  return (
    <div className="animate-appear absolute bottom-full left-0 z-20 mb-1 w-72 max-w-[80vw] rounded-md border bg-surface p-1">
      <input
        autoFocus
        role="combobox"
        aria-label={`${label}: search`}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined}
        placeholder="Search"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(null);
        }}
        onKeyDown={press}
        className="mb-1 h-7 w-full rounded-sm border bg-bg px-2 text-xs"
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} className="max-h-60 overflow-y-auto">
        {shown.map((option, index) => (
          <SearchOption
            key={option}
            id={`${id}-${index}`}
            {...{ option, isMono }}
            isActive={index === active}
            isSelected={option === value}
            onChoose={() => onChoose(option)}
          />
        ))}
      </ul>
      {shown.length === 0 && (
        <p className="px-2 py-1 text-xs text-muted">
          {options.length === 0 ? emptyWords : `None is called “${text}”.`}
        </p>
      )}
      {found.length > shown.length && (
        <p className="px-2 py-1 text-xs text-muted">{found.length - shown.length} more; type to find them.</p>
      )}
    </div>
  );
}

function SearchOption({
  id,
  option,
  isMono,
  isActive,
  isSelected,
  onChoose,
}: {
  id: string;
  option: string;
  isMono: boolean;
  isActive: boolean;
  isSelected: boolean;
  onChoose: () => void;
}) {
  return (
    <li
      id={id}
      role="option"
      aria-selected={isSelected}
      ref={(element) => {
        if (isActive) element?.scrollIntoView({ block: 'nearest' });
      }}
      // Pressing must not take the focus from the field, which would close the list before the click.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={classNames(
        'flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-xs break-all hover:bg-raised',
        isMono && 'font-mono',
        isActive && 'bg-raised',
      )}
    >
      <span className="min-w-0 flex-1">{option}</span>
      {isSelected && <span aria-hidden>✓</span>}
    </li>
  );
}

import { classNames } from './class-names';

/** The platform's own list, since it works with every keyboard, reader and thumb. */
export function Select({
  label,
  value,
  options,
  onChange,
  isMono = false,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  isMono?: boolean;
}) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      disabled={options.length === 0}
      onChange={(event) => onChange(event.target.value)}
      className={classNames(
        'h-6 max-w-48 min-w-0 truncate rounded-md border bg-surface px-1 text-xs text-text hover:bg-raised disabled:opacity-50',
        isMono && 'font-mono',
      )}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

import { useId } from 'react';

/** A choice with its name beside it; the platform's own list. */
export function LabelledSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-x-4 gap-y-1 text-sm sm:flex-row sm:items-center">
      <label htmlFor={id} className="w-44 shrink-0 text-muted">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-full min-w-0 truncate rounded-md border bg-surface px-2 sm:w-72"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

import { type FormEvent, useState } from 'react';
import type { Budget } from '@/domain/session/state';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';

/** Where one says what a session may cost. */
export function BudgetDialog({
  budget,
  onSet,
  onClose,
}: {
  budget: Budget;
  onSet: (limitUsd: number | null) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState(budget.limitUsd === null ? '' : String(budget.limitUsd));
  const limit = Number(text);
  const isLimit = text.trim() !== '' && Number.isFinite(limit) && limit > 0 && limit <= 1_000_000;
  function choose(limitUsd: number | null): void {
    onSet(limitUsd);
    onClose();
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isLimit) choose(limit);
  }
  return (
    <Dialog label="Budget" onClose={onClose} className="top-[20dvh] w-[min(28rem,calc(100vw-24px))] p-5">
      <form onSubmit={submit}>
        <h2 className="font-semibold">What may this session cost?</h2>
        <p className="mt-1 text-sm text-muted">
          It cost ${budget.spentUsd.toFixed(2)} so far. People are warned at 80 %; at the limit the running
          turn is stopped, and what waits goes on once the limit is raised.
        </p>
        <label className="mt-3 block text-sm">
          US dollars
          <input
            data-first-focus
            inputMode="decimal"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="tabular mt-1 block h-8 w-32 rounded-md border bg-surface px-2 font-mono text-sm"
          />
        </label>
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          {budget.limitUsd !== null && <Button onClick={() => choose(null)}>No limit</Button>}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" disabled={!isLimit}>
            Set budget
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

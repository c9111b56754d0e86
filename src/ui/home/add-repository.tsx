import { useState } from 'react';
import { Button } from '../kit/button';
import { wordsOf } from '../live/failure';
import type { useStartChoices } from './use-start-choices';

/** Names a repository that the team does not have yet: a git address or, on one's own machine, a folder. */
export function AddRepository({
  add,
  onDone,
}: {
  add: ReturnType<typeof useStartChoices>['add'];
  onDone: () => void;
}) {
  const [address, setAddress] = useState('');
  return (
    <form
      className="flex w-full min-w-0 flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ address: address.trim() }, { onSuccess: onDone });
      }}
    >
      <input
        autoFocus
        aria-label="Address of the repository"
        placeholder="https://host/owner/name or /a/folder"
        spellCheck={false}
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
        }}
        className="h-6 min-w-40 flex-1 rounded-md border bg-surface px-2 font-mono text-xs"
      />
      <Button size="small" type="submit" disabled={address.trim() === '' || add.isPending}>
        {add.isPending ? 'Looking…' : 'Use it'}
      </Button>
      <Button size="small" variant="quiet" onClick={onDone}>
        Cancel
      </Button>
      {add.isError && (
        <p role="alert" className="w-full text-sm text-danger">
          {wordsOf(add.error)}
        </p>
      )}
    </form>
  );
}

import { useState } from 'react';
import { TOKEN_LIVES_DAYS } from '@/domain/access/tokens';
import { Button } from '../kit/button';
import { plural } from '../kit/format';
import { Notice } from '../kit/notice';
import { RawText } from '../kit/raw-text';
import { wordsOf } from '../live/failure';
import { useTokens } from './use-tokens';

type Days = (typeof TOKEN_LIVES_DAYS)[number];

/** Makes a token with a name and an end, and shows it this once. */
export function NewToken() {
  const { create } = useTokens();
  const [name, setName] = useState('');
  const [days, setDays] = useState<Days>(30);
  return (
    <div className="flex flex-col gap-3">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name, days }, { onSuccess: () => setName('') });
        }}
      >
        <label className="flex min-w-0 flex-1 basis-48 flex-col gap-1 text-xs text-muted">
          What it is for
          <input
            required
            maxLength={100}
            autoComplete="off"
            placeholder="nightly report"
            value={name}
            onChange={(event) => setName(event.target.value)}
            className="h-8 rounded-md border bg-surface px-2 text-sm text-text placeholder:text-muted"
          />
        </label>
        <label className="flex flex-col gap-1 text-xs text-muted">
          Ends after
          <select
            value={days}
            onChange={(event) => {
              const chosen = TOKEN_LIVES_DAYS.find((life) => String(life) === event.target.value);
              if (chosen) setDays(chosen);
            }}
            className="h-8 rounded-md border bg-surface px-2 text-sm text-text"
          >
            {TOKEN_LIVES_DAYS.map((life) => (
              <option key={life} value={life}>
                {plural(life, 'day')}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || create.isPending}>
          {create.isPending ? 'Creating…' : 'Create token'}
        </Button>
      </form>
      {create.isError && <Notice tone="danger">No token was made. {wordsOf(create.error)}</Notice>}
      {create.isSuccess && (
        <div className="flex flex-col gap-2" role="status">
          <RawText label={`Token “${create.data.listed.name}”`} text={create.data.token} />
          <p className="text-sm">
            Copy it now: it is kept as a hash and is never shown again. Who has it can do what you can.
          </p>
          <Button size="small" className="self-start" onClick={() => create.reset()}>
            I have copied it
          </Button>
        </div>
      )}
    </div>
  );
}

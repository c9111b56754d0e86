import { useState } from 'react';
import { readEnvironment } from '@/domain/environment/environment';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';

const EXAMPLE = `{
  "setupTimeoutSeconds": 1200,
  "warmUp": ["npm run build", "npm test"],
  "resources": { "cpus": 2, "memoryMiB": 4096 }
}
`;

/** What counts instead of the repository's own file, with what is wrong with it as it is typed. */
export function EnvironmentEditor({
  environment,
  isDisabled,
  save,
  failure,
}: {
  /** As it is saved; null for the file. */
  environment: string | null;
  isDisabled: boolean;
  save: (environment: string | null) => void;
  failure: string | null;
}) {
  const [text, setText] = useState(environment);
  if (text === null) {
    return (
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <span>
          <span className="font-mono text-xs">.dispatch/environment.json</span> in the repository counts.
        </span>
        <Button size="small" disabled={isDisabled} onClick={() => setText(EXAMPLE)}>
          Save one here instead
        </Button>
      </div>
    );
  }
  const { problems } = readEnvironment(text);
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save(text);
      }}
    >
      <label className="flex flex-col gap-1 text-sm text-muted">
        Counts instead of .dispatch/environment.json
        <textarea
          rows={8}
          spellCheck={false}
          disabled={isDisabled}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="rounded-md border bg-surface px-3 py-2 font-mono text-xs leading-[18px] text-text"
        />
      </label>
      {problems.length > 0 && (
        <ul aria-label="What is wrong with it" className="list-disc pl-5 text-sm text-danger">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {failure !== null && <Notice tone="danger">{failure}</Notice>}
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          disabled={isDisabled || problems.length > 0 || text === environment}
        >
          Save
        </Button>
        <Button disabled={isDisabled} onClick={() => (environment === null ? setText(null) : save(null))}>
          {environment === null ? 'Cancel' : 'Use the repository’s file'}
        </Button>
      </div>
    </form>
  );
}

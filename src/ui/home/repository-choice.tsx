import { useState } from 'react';
import { Select } from '../kit/select';
import { AddRepository } from './add-repository';
import type { useRepositoryPick } from './use-repository-pick';

/** Stands for one that the team does not have yet. */
const OTHER = 'other';

/** The repository and the branch of a new session. */
export function RepositoryChoice({ pick }: { pick: ReturnType<typeof useRepositoryPick> }) {
  const [isAdding, setIsAdding] = useState(false);
  const { repositories, picked, branches, branch } = pick;
  // The branch that is chosen is offered whether its repository answered or not.
  const offered = branches.includes(branch) || branch === '' ? branches : [branch, ...branches];
  if (isAdding) return <AddRepository add={pick.add} onDone={() => setIsAdding(false)} />;
  return (
    <>
      <Select
        label="Repository"
        value={picked?.id ?? ''}
        options={[
          ...repositories.map(({ id, name }) => ({ value: id, label: name })),
          { value: OTHER, label: 'Other repository…' },
        ]}
        onChange={(id) => {
          if (id === OTHER) setIsAdding(true);
          else pick.pick(id);
        }}
      />
      <Select
        label="Branch to start from"
        isMono
        value={branch}
        options={offered.map((name) => ({ value: name, label: name }))}
        onChange={pick.setBranch}
      />
    </>
  );
}

import { useState } from 'react';
import { Effort } from '@/domain/events/session-event';
import { SearchSelect } from '../kit/search-select';
import { Select } from '../kit/select';
import { AddRepository } from './add-repository';
import type { useStartChoices } from './use-start-choices';

/** Stands for a repository that the team does not have yet. */
const OTHER = 'other';
const OWN_WAY = '';
const EFFORTS = { low: 'Low effort', medium: 'Medium effort', high: 'High effort' } as const satisfies Record<
  Effort,
  string
>;

/** The repository and the branch of a new session, its model, and how hard that thinks. */
export function StartChoices({ start }: { start: ReturnType<typeof useStartChoices> }) {
  const [isAdding, setIsAdding] = useState(false);
  const { repositories, picked, branches, models, choices, choose } = start;
  if (isAdding) return <AddRepository add={start.add} onDone={() => setIsAdding(false)} />;
  const model = models.find(({ id }) => id === choices.modelId);
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
          else start.pick(id);
        }}
      />
      {choices.branch !== '' && (
        <SearchSelect
          label="Branch to start from"
          isMono
          value={choices.branch}
          options={branches}
          emptyWords="The branches are not known yet."
          onChange={(branch) => choose({ branch })}
        />
      )}
      {model && (
        <Select
          label="Model"
          value={model.id}
          options={models.map(({ id, label, standIn }) => ({
            value: id,
            label: standIn ? 'Stand-in model' : label,
          }))}
          onChange={(modelId) => choose({ modelId })}
        />
      )}
      {model && model.efforts.length > 0 && (
        <Select
          label="Effort"
          value={choices.effort ?? OWN_WAY}
          options={[
            { value: OWN_WAY, label: 'Usual effort' },
            ...model.efforts.map((effort) => ({ value: effort, label: EFFORTS[effort] })),
          ]}
          onChange={(effort) => choose({ effort: Effort.safeParse(effort).data ?? null })}
        />
      )}
    </>
  );
}

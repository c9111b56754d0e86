import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Effort } from '@/domain/events/session-event';
import { RepositoryId } from '@/domain/ids';
import type { Preferences } from '@/domain/preferences';
import { Notice } from '../kit/notice';
import { wordsOf } from '../live/failure';
import { useTRPC } from '../live/trpc';
import { Loaded } from './loaded';
import { LabelledSelect } from './labelled-select';
import { Section } from './section';

const NONE = '';
const EFFORTS = { low: 'Low', medium: 'Medium', high: 'High' } satisfies Record<Effort, string>;

/** What new sessions of one's own start with, on every client. */
export function DefaultsSection() {
  const trpc = useTRPC();
  const preferences = useQuery(trpc.preferences.get.queryOptions());
  return (
    <Section title="Defaults" about="What a new session of yours starts with, wherever you start it.">
      <Loaded query={preferences} lines={3} failure="Your defaults could not be read.">
        {(kept) => <Choices kept={kept} />}
      </Loaded>
    </Section>
  );
}

function Choices({ kept }: { kept: Preferences }) {
  const trpc = useTRPC();
  const { data: repositories = [] } = useQuery(trpc.repositories.list.queryOptions());
  const { data: models = [] } = useQuery(trpc.models.list.queryOptions());
  const { chosen, choose, error, isSaved } = useSaving(kept);
  return (
    <div className="flex flex-col gap-2">
      <LabelledSelect
        label="Repository"
        value={chosen.repositoryId ?? NONE}
        options={[
          { value: NONE, label: 'The one used last' },
          ...repositories.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) => choose({ repositoryId: id === NONE ? null : RepositoryId.parse(id) })}
      />
      <LabelledSelect
        label="Model"
        value={chosen.modelId ?? NONE}
        options={[
          { value: NONE, label: 'The installation’s default' },
          ...models.map(({ id, label }) => ({ value: id, label })),
        ]}
        onChange={(id) => choose({ modelId: id === NONE ? null : id })}
      />
      <LabelledSelect
        label="Effort"
        value={chosen.effort ?? NONE}
        options={[
          { value: NONE, label: 'Left to the model' },
          ...Effort.options.map((effort) => ({ value: effort, label: EFFORTS[effort] })),
        ]}
        onChange={(effort) => choose({ effort: effort === NONE ? null : Effort.parse(effort) })}
      />
      {error === null ? (
        <p role="status" className="min-h-5 text-xs text-muted">
          {isSaved && 'Saved.'}
        </p>
      ) : (
        <Notice tone="danger">Nothing was changed. {wordsOf(error)}</Notice>
      )}
    </div>
  );
}

/** Shows a choice at once and keeps it; one that is refused is taken back. */
function useSaving(kept: Preferences) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const save = useMutation(
    trpc.preferences.save.mutationOptions({
      onSuccess: (saved) => queryClient.setQueryData(trpc.preferences.get.queryKey(), saved),
    }),
  );
  const chosen = save.isPending ? save.variables : kept;
  return {
    chosen: { ...kept, ...chosen },
    choose: (change: Partial<Preferences>) => save.mutate({ ...kept, ...change }),
    error: save.error,
    isSaved: save.isSuccess,
  };
}

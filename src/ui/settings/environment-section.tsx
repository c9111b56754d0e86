import type { RepositoryId } from '@/domain/ids';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { wordsOf } from '../live/failure';
import { BuildList } from './build-list';
import { EnvironmentEditor } from './environment-editor';
import { LabelledSelect } from './labelled-select';
import { Loaded } from './loaded';
import { useEnvironment } from './use-environment';

const TIMES = [
  { value: '', label: 'Never' },
  { value: '30', label: 'On pushes and every 30 minutes' },
  { value: '360', label: 'On pushes and every 6 hours' },
  { value: '1440', label: 'On pushes and every day' },
  { value: '10080', label: 'On pushes and every week' },
];

/** What a repository's sandboxes start from: its prebuilt environment, and what counts instead of its file. */
export function EnvironmentSection({ repositoryId }: { repositoryId: RepositoryId }) {
  const { read, save, prebuild, rebuild } = useEnvironment(repositoryId);
  const failed = [prebuild, rebuild].find(({ isError }) => isError);
  return (
    <Loaded query={read} lines={3} failure="What its sandboxes start from could not be read.">
      {({ environment, prebuildMinutes, builds, mayChange }) => (
        <div className="flex flex-col gap-3">
          <h3 className="text-sm font-semibold">Environment</h3>
          <p className="max-w-prose text-sm text-muted">
            A prebuilt environment is a disk on which the repository is cloned and set up, and its caches are
            warm. New sessions start from the newest good one, on the branch as it is then.
          </p>
          <div className="flex flex-wrap items-center gap-2">
            <fieldset disabled={!mayChange || prebuild.isPending}>
              <LabelledSelect
                label="Prebuilt"
                value={String(prebuildMinutes ?? '')}
                options={TIMES}
                onChange={(value) =>
                  prebuild.mutate({ repositoryId, minutes: value === '' ? null : Number(value) })
                }
              />
            </fieldset>
            <Button
              disabled={rebuild.isPending || builds[0]?.state === 'building'}
              onClick={() => rebuild.mutate({ repositoryId })}
            >
              {rebuild.isPending ? 'Starting…' : 'Build now'}
            </Button>
          </div>
          {failed && <Notice tone="danger">{wordsOf(failed.error)}</Notice>}
          <BuildList repositoryId={repositoryId} builds={builds} />
          <EnvironmentEditor
            key={environment}
            environment={environment}
            isDisabled={!mayChange}
            save={(text) => save.mutate({ repositoryId, environment: text })}
            failure={save.isError ? wordsOf(save.error) : null}
          />
        </div>
      )}
    </Loaded>
  );
}

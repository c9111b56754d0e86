import { Button } from '../kit/button';
import type { FilterControl } from './use-list-filter';

/** A filter that nothing fits, with the ways out of it. */
export function NothingFound({ control: { filter, set, clear } }: { control: FilterControl }) {
  const search = filter.search.trim();
  const others = [filter.repositoryId, filter.personId, filter.state].filter((part) => part !== null);
  return (
    <section aria-label="Nothing found" className="max-w-prose px-2 pt-6">
      <h2 className="text-lg font-semibold">
        {search === '' ? 'No session fits this filter' : `No session says “${search}”`}
      </h2>
      <p className="mt-2 text-muted">
        {search === ''
          ? 'There are sessions; none of them is in this state, repository and person at once.'
          : 'Titles and prompts were searched, of archived sessions too. Each word has to be in one of them.'}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        {search !== '' && others.length > 0 && (
          <Button onClick={() => set({ repositoryId: null, personId: null, state: null })}>
            Search everywhere
          </Button>
        )}
        <Button onClick={clear}>Show all sessions</Button>
      </div>
    </section>
  );
}

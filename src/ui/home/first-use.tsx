import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../live/trpc';

const EXAMPLES = [
  'Greet customers by the time of day, with tests',
  'Give a discount of 5 % from ten pieces of one thing on',
  'Make titles with accents into clean parts of a URL',
];

/** What the stand-in can do: it knows written patterns and nothing else. */
const STAND_IN_EXAMPLES = [
  'add a function double(n) that returns n * 2 to src/cart.js; then run the tests',
  'rename greet to welcome; then run the tests',
  'create notes/todo.md with: buy coffee beans',
];

/** What this is, for somebody who has no session yet, and first prompts for the repository that is there to try. */
export function FirstUse({ onExample }: { onExample: (text: string) => void }) {
  const trpc = useTRPC();
  const { data: system } = useQuery(trpc.system.info.queryOptions());
  const { data: repositories } = useQuery(trpc.repositories.list.queryOptions());
  const hasDemo = repositories?.some(({ kind }) => kind === 'demo') === true;
  const examples = system?.model.standIn === true ? STAND_IN_EXAMPLES : EXAMPLES;
  return (
    <section className="max-w-prose px-2 pt-6 md:pt-16">
      <h2 className="text-lg font-semibold">Give an agent its first task</h2>
      <p className="mt-2 text-muted">
        A session is a conversation with a coding agent on one repository. The agent works in a sandbox of its
        own, on a branch of its own, and everybody on your team can watch, add to it and stop it. Nothing
        reaches your repository until somebody publishes it.
      </p>
      {hasDemo && (
        <>
          <h3 className="mt-6 text-sm font-medium text-muted">To try on the demo repository</h3>
          <ul className="mt-1">
            {examples.map((example) => (
              <li key={example}>
                <button
                  type="button"
                  data-row
                  onClick={() => onExample(example)}
                  className="-mx-2 w-full rounded-md px-2 py-1.5 text-left hover:bg-raised"
                >
                  {example}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

import type { Isolation, ModelRef } from '@/domain/events/session-event';

const WALLS = {
  vm: 'Sandboxes are virtual machines.',
  container: 'Sandboxes are containers.',
  namespace: 'Sandboxes are walled off by bubblewrap.',
  none: 'Sandboxes are plain processes of this machine: the agent can reach what you can.',
} satisfies Record<Isolation, string>;

/** Says which model answers and how sandboxes are walled off, plainly when it is less than one might think. */
export function ModelLine({ model, isolation }: { model: ModelRef; isolation: Isolation }) {
  return (
    <div className="flex flex-col gap-1 px-2 text-xs text-muted">
      {model.standIn ? (
        <>
          <p className="font-medium text-ask">The model is a stand-in</p>
          <p>
            It follows a few written patterns and is no language model. For a real one, set{' '}
            <code className="font-mono">ANTHROPIC_API_KEY</code> or another provider’s key and start again.
          </p>
        </>
      ) : (
        <p>{model.label}</p>
      )}
      <p>{WALLS[isolation]}</p>
    </div>
  );
}

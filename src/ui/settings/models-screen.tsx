'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { formatCount } from '../kit/format';
import { Mark } from '../kit/mark';
import { TabTitle } from '../kit/tab-title';
import { Time } from '../kit/time';
import { useTRPC } from '../live/trpc';
import { Loaded } from './loaded';
import { Fact, Facts, Section } from './section';

type Model = inferRouterOutputs<AppRouter>['models']['list'][number];

/** The models that sessions run on here, how they are, what they hold and what they cost. */
export function ModelsScreen() {
  const trpc = useTRPC();
  const models = useQuery(trpc.models.list.queryOptions());
  return (
    <>
      <TabTitle title="Models · Settings" />
      <h1 className="text-xl font-semibold">Models</h1>
      <Loaded query={models} lines={5} failure="The models could not be read.">
        {(list) => list.map((model) => <ModelSection key={model.id} model={model} />)}
      </Loaded>
      <Section title="Another model">
        <p className="max-w-prose text-sm text-muted">
          Keys are set where Dispatch is started, never here: ANTHROPIC_API_KEY, OPENAI_API_KEY or
          OPENROUTER_API_KEY, or MODEL_BASE_URL for an endpoint of your own. MODEL_NAME names the model. Keys
          stay in the server: a sandbox never sees one.
        </p>
      </Section>
    </>
  );
}

function ModelSection({ model }: { model: Model }) {
  const { contextTokens, outputTokens, acceptsImages, pricesUsd, isDefault, label, id, efforts } = model;
  return (
    <Section title={isDefault ? `${label} · default` : label}>
      <Facts>
        <Fact name="State">
          <ModelState model={model} />
        </Fact>
        <Fact name="Id">
          <span className="font-mono text-xs break-all">{id}</span>
        </Fact>
        <Fact name="Context">
          <span className="tabular">{formatCount(contextTokens)}</span> tokens in,{' '}
          <span className="tabular">{formatCount(outputTokens)}</span> out
          {acceptsImages ? '; takes pictures' : '; takes no pictures'}
        </Fact>
        {efforts.length > 0 && <Fact name="Effort">can be asked for: {efforts.join(', ')}</Fact>}
        <Fact name="Price per million tokens">
          {pricesUsd ? <Prices prices={pricesUsd} /> : <NoPrice model={model} />}
        </Fact>
      </Facts>
    </Section>
  );
}

function ModelState({ model: { standIn, calls, state } }: { model: Model }) {
  const isFailing = state === 'failing';
  const words = standIn
    ? 'A stand-in: it follows a few written patterns and is no language model.'
    : isFailing
      ? 'It answers nobody.'
      : state === 'unused'
        ? 'Not called in the last day.'
        : 'It answers.';
  return (
    <>
      <span className="flex items-center gap-2">
        <Mark
          shape={isFailing ? 'cross' : standIn ? 'alert' : 'check'}
          tone={isFailing ? 'danger' : standIn ? 'ask' : 'ok'}
        />
        <span className="min-w-0">{words}</span>
      </span>
      <span className="tabular mt-0.5 block text-muted">
        In the last day: {calls.answered} answered, {calls.failed} failed
        {calls.lastAnsweredAt && (
          <>
            ; last <Time at={calls.lastAnsweredAt} /> ago
          </>
        )}
        .
      </span>
    </>
  );
}

function NoPrice({ model: { standIn } }: { model: Model }) {
  return <span className="text-muted">{standIn ? 'It costs nothing.' : 'Not known here.'}</span>;
}

function Prices({ prices }: { prices: NonNullable<Model['pricesUsd']> }) {
  const { input, output, cacheRead, cacheWrite } = prices;
  return (
    <span className="tabular">
      ${input} in, ${output} out, ${cacheRead} from the cache, ${cacheWrite} into it
    </span>
  );
}

import { atMost, type Target } from '../lib/bench';
import type { MachineLimits } from './limits';
import type { LiveTextFigures } from './live-text';
import type { SyncFigures } from './measure';

/** Twice what the path costs without us. */
const MAX_OF_REFERENCE = 2;

/** What the product promises, as ratios in this one run. */
export function targetsOf(figures: SyncFigures): Target[] {
  const { limits, fanOut, liveText, prompt, ingest, joins, singles } = figures;
  const at50 = fanOut.find(({ clients, perSecond }) => clients === 50 && perSecond === 20);
  const text = liveText.find(({ clients }) => clients === 50);
  const [first, , last] = joins;
  return [
    ...(at50
      ? [
          times('a tool event at 50 clients, p95, beside the reference', {
            ...{ value: at50.ours.p95, of: at50.reference.p95, limit: MAX_OF_REFERENCE },
          }),
        ]
      : []),
    ...ingest.map(({ sessions, perSecond, referencePerSecond }) =>
      times(
        `the reference’s intake beside ours, ${sessions === 1 ? 'one session' : `${sessions} sessions`}`,
        {
          ...{ value: referencePerSecond, of: perSecond, limit: MAX_OF_REFERENCE },
        },
      ),
    ),
    times('prompt to bridge, p95, beside the reference', {
      ...{ value: prompt.ours.p95, of: prompt.reference.p95, limit: MAX_OF_REFERENCE },
    }),
    ...(text ? textTargets(text, limits) : []),
    ...(first && last
      ? [
          times('first page of 10,000 events beside that of 100', {
            ...{ value: last.firstPageMs, of: first.firstPageMs, limit: 1.5 },
          }),
          times('10,000 events, all of them, beside the reference', {
            ...{ value: last.wholeLogMs, of: last.referenceMs, limit: 3 },
          }),
        ]
      : []),
    times('intake p95 with a full log beside an empty one', {
      ...{ value: singles.after.p95, of: singles.before.p95, limit: 1.2 },
    }),
    atMost('events lost on their way', {
      value: fanOut.reduce((sum, { ours }) => sum + ours.lost, 0),
      ...{ limit: 0, unit: 'events' },
    }),
  ];
}

function textTargets(text: LiveTextFigures, limits: MachineLimits): Target[] {
  const machineMs = limits.http.p50 + limits.commit.p50 + limits.socket.p50;
  return [
    atMost('live text at 50 clients, p95', {
      ...{ value: text.delay.p95, limit: text.windowMs + 4 * machineMs, unit: 'ms' },
    }),
    atMost('live text lost', { value: text.lost, limit: 0, unit: 'pieces' }),
    atMost('delay of live text, last fifth beside first', { value: text.growth, limit: 1.2, unit: 'times' }),
    atMost('bytes to a client for each of live text', { value: text.bytesRatio, limit: 3, unit: 'bytes' }),
  ];
}

function times(name: string, given: { value: number; of: number; limit: number }): Target {
  return atMost(name, { value: given.value / given.of, limit: given.limit, unit: 'times' });
}

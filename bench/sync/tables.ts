import type { Latency } from '../lib/latency';
import type { Table } from '../lib/table';
import type { SyncFigures } from './measure';

const LATENCY = ['p50', 'p95', 'p99'] as const;
const cells = (latency: Latency): number[] => LATENCY.map((quantile) => latency[quantile]);

/** The figures as people read them. */
export function syncTables(figures: SyncFigures): Table[] {
  return [...pathTables(figures), ...volumeTables(figures)];
}

function pathTables({ limits, singles, prompt, fanOut, liveText }: SyncFigures): Table[] {
  return [
    {
      title: 'one after the other, ms',
      columns: ['', ...LATENCY],
      rows: [
        ['loopback HTTP round trip', ...cells(limits.http)],
        ['WebSocket echo', ...cells(limits.socket)],
        ['one Postgres commit', ...cells(limits.commit)],
        ['intake of one event, empty log', ...cells(singles.before)],
        [`… with ${singles.others} events of others`, ...cells(singles.after)],
        ['prompt to bridge', ...cells(prompt.ours)],
        ['… the bare reference', ...cells(prompt.reference)],
      ],
    },
    {
      title: 'fan-out of tool events, ms',
      columns: [
        'clients',
        'events/s',
        ...LATENCY,
        'lost',
        'messages/event',
        'bare p50',
        'bare p95',
        'bare p99',
      ],
      rows: fanOut.map(({ clients, perSecond, ours, reference }) => [
        ...[String(clients), perSecond, ...cells(ours), ours.lost, ours.messagesPerEvent],
        ...cells(reference),
      ]),
    },
    {
      title: 'live text, 100 pieces a second, ms; for each 1,000 pieces; for each byte of text',
      columns: ['clients', 'window', ...LATENCY, 'lost', 'growth', 'messages', 'rows', 'bytes'],
      rows: liveText.map((text) => [
        ...[String(text.clients), text.windowMs, ...cells(text.delay), text.lost, text.growth],
        ...[text.messagesPer1000, text.rowsPer1000, text.bytesRatio],
      ]),
    },
  ];
}

function volumeTables({ ingest, joins }: SyncFigures): Table[] {
  return [
    {
      title: 'intake in batches of 200',
      columns: ['sessions', 'events/s', 'bare events/s', 'CPU s per 1,000', 'batch p50 ms', 'batch p95 ms'],
      rows: ingest.map(({ sessions, perSecond, referencePerSecond, cpuPer1000, latency }) => [
        ...[String(sessions), perSecond, referencePerSecond, cpuPer1000, latency.p50, latency.p95],
      ]),
    },
    {
      title: 'late join',
      columns: ['events', 'first page ms', 'kB sent', 'all of it ms', 'kB sent', 'bare ms'],
      rows: joins.map((join) => [
        ...[String(join.events), join.firstPageMs, join.firstPageBytes / 1_000],
        ...[join.wholeLogMs, join.wholeLogBytes / 1_000, join.referenceMs],
      ]),
    },
  ];
}

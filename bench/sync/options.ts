import { parseArgs } from 'node:util';

export interface SyncOptions {
  clients: number[];
  /** Of each fan-out. */
  seconds: number;
  textSeconds: number;
  /** Events of others for the full log. */
  fill: number;
}

/** `--quick` measures the same targets in about a minute and a half, with less to go by. */
export function readSyncOptions(args: readonly string[]): SyncOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      clients: { type: 'string' },
      seconds: { type: 'string' },
      'text-seconds': { type: 'string' },
      fill: { type: 'string' },
    },
  });
  const usual = values.quick
    ? { clients: '1,50', seconds: '5', textSeconds: '15', fill: '100000' }
    : { clients: '1,10,50,500', seconds: '10', textSeconds: '60', fill: '1000000' };
  return {
    clients: (values.clients ?? usual.clients).split(',').map(Number),
    seconds: Number(values.seconds ?? usual.seconds),
    textSeconds: Number(values['text-seconds'] ?? usual.textSeconds),
    fill: Number(values.fill ?? usual.fill),
  };
}

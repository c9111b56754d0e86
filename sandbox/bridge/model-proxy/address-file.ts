import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Where the model proxy listens. It stays the same across restarts, since a running agent has it in its
 * configuration; the path is a secret that keeps other sandboxes of one machine out.
 */
export const ProxyAddress = z.object({ port: z.number().int(), path: z.string() });
export type ProxyAddress = z.infer<typeof ProxyAddress>;

const fileIn = (stateFolder: string): string => join(stateFolder, 'model-proxy.json');

/** Null when there is none yet, or what is there is no address. */
export function readProxyAddress(stateFolder: string): ProxyAddress | null {
  try {
    const parsed = ProxyAddress.safeParse(JSON.parse(readFileSync(fileIn(stateFolder), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not there, or half written by a proxy that was killed: in both cases there is no address to go by.
    return null;
  }
}

export function writeProxyAddress(stateFolder: string, address: ProxyAddress): void {
  const next = `${fileIn(stateFolder)}.next`;
  writeFileSync(next, JSON.stringify(address), { mode: 0o600 });
  renameSync(next, fileIn(stateFolder));
}

export function proxyUrl({ port, path }: ProxyAddress): string {
  return `http://127.0.0.1:${port}/${path}`;
}

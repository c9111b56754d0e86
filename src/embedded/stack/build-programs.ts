import { buildSandbox } from '../../../sandbox/image/build';
import { buildCli } from '../../../scripts/build-cli';

/** Bundles what runs inside sandboxes, and the terminal client, from the present source: about a second. */
export async function buildPrograms(): Promise<void> {
  await Promise.all([buildSandbox(), buildCli()]);
}

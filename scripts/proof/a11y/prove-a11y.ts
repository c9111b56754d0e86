import { parseArgs } from 'node:util';
import { freePort } from '@/embedded/stack/free-port';
import { launchBrowser } from '../../shots/stage/launch-browser';
import { openStage } from '../../shots/stage/open-stage';
import type { Proof, ProofResult } from '../proof';
import { proveAxe } from './prove-axe';
import { proveFocus } from './prove-focus';
import { proveKeyboard } from './prove-keyboard';
import { proveLighthouse } from './prove-lighthouse';

const PARTS = ['axe', 'focus', 'keyboard', 'lighthouse'] as const;

/** What each part answers: its failures, and what it measured. */
export interface PartResult {
  failures: string[];
  figures: unknown;
}

/**
 * The built app is usable by everybody: axe finds nothing on any screen in any theme, each stop of the Tab key can be
 * seen, the main job is done with a keyboard alone, and Lighthouse gives at least 95.
 */
export const proveA11y: Proof = async ({ args, say }) => {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true, default: [...PARTS] }, data: { type: 'string' } },
  });
  const stage = await openStage({ dataFolder: values.data ?? null, app: 'built', say });
  // Lighthouse finds the browser by this port.
  const debugPort = await freePort(0);
  const browser = await launchBrowser([`--remote-debugging-port=${debugPort}`]);
  try {
    const parts: Record<(typeof PARTS)[number], () => Promise<PartResult>> = {
      axe: () => proveAxe({ stage, browser }, say),
      focus: () => proveFocus({ stage, browser }),
      keyboard: () => proveKeyboard({ stage, browser }, say),
      lighthouse: () => proveLighthouse({ stage, browser, debugPort }, say),
    };
    return await provePart(
      PARTS.filter((part) => values.only.includes(part)),
      parts,
      say,
    );
  } finally {
    await browser.close();
    await stage.close();
  }
};

async function provePart<Name extends string>(
  names: readonly Name[],
  parts: Record<Name, () => Promise<PartResult>>,
  say: (line: string) => void,
): Promise<ProofResult> {
  const failures: string[] = [];
  const figures: Record<string, unknown> = {};
  for (const name of names) {
    say(`proof: ${name}`);
    const part = await parts[name]();
    failures.push(...part.failures.map((failure) => `${name}: ${failure}`));
    figures[name] = part.figures;
  }
  return { ok: failures.length === 0, failures, figures };
}

import type { Browser } from '@playwright/test';
import { SIZES } from '../../shots/looks';
import { runShots } from '../../shots/run-shots';
import { scenesNamed } from '../../shots/screens';
import type { Stage } from '../../shots/stage/open-stage';
import type { PartResult } from './prove-a11y';

/** A phone's width and a laptop's: between them every layout of the app is met. */
const sizes = SIZES.filter(({ width }) => width === 390 || width === 1_440);

/** Every state of every screen in each theme: axe finds nothing, and each state comes about. */
export async function proveAxe(
  on: { stage: Stage; browser: Browser },
  say: (line: string) => void,
): Promise<PartResult> {
  const reports = await runShots(on, {
    ...{ scenes: scenesNamed([]), out: null, sizes },
    onReport: ({ scene, findings }) =>
      say(`  ${scene.padEnd(32)} ${findings.length === 0 ? 'ok' : 'findings'}`),
  });
  const screens = reports.map(({ scene, findings }) => ({
    screen: scene,
    isShown: !findings.some(({ check }) => check === 'missing-state'),
    axe: findings.filter(({ check }) => check === 'axe').map(({ what, looks }) => ({ what, looks })),
  }));
  const failures = screens.flatMap(({ screen, isShown, axe }) => [
    ...(isShown ? [] : [`${screen} was never shown`]),
    ...axe.map(({ what, looks }) => `${screen} (${looks.join(', ')}): ${what}`),
  ]);
  return { failures, figures: screens };
}

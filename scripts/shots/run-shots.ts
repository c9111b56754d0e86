import type { Browser } from '@playwright/test';
import { lookAtScene, type LookOptions, type SceneReport } from './look-at-scene';
import type { NamedScene } from './screens';
import type { Stage } from './stage/open-stage';

/** As many pages at once; a third brings nothing on two processors. */
const AT_ONCE = 2;

export interface ShotsOptions extends LookOptions {
  scenes: readonly NamedScene[];
  onReport: (report: SceneReport) => void;
}

/** Looks at each scene, those that hold up the database after all others. Answers the reports in the scenes' order. */
export async function runShots(
  on: { stage: Stage; browser: Browser },
  { scenes, onReport, ...options }: ShotsOptions,
): Promise<SceneReport[]> {
  const reports = new Map<string, SceneReport>();
  const look = async (named: NamedScene): Promise<void> => {
    const report = await lookAtScene(on, named, options);
    reports.set(named.name, report);
    onReport(report);
  };
  const waiting = scenes.filter(({ scene }) => scene.isHeld !== true);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await look(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const held of scenes.filter(({ scene }) => scene.isHeld)) await look(held);
  return scenes.flatMap(({ name }) => reports.get(name) ?? []);
}

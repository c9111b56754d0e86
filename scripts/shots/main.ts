// npm run shots: every screen x state x width x theme as a picture. Fails on what no screen may have: a page that
// scrolls sideways, text cut out of a button, a finding of axe, a state that does not come about, an error on the
// console, a request to another host.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@/domain/errors';
import { type Size, SIZES } from './looks';
import { readOptions, type ShotsArguments, USAGE } from './options';
import type { Finding, SceneReport } from './look-at-scene';
import { recordTwoPeople } from './recording/record';
import { pictureOfSession } from './recording/picture-of-session';
import { runShots } from './run-shots';
import { scenesNamed } from './screens';
import { launchBrowser } from './stage/launch-browser';
import { openStage } from './stage/open-stage';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function lineOf({ scene, pictures, findings, seconds }: SceneReport): string {
  const found = findings.length === 0 ? 'ok' : `${findings.length} findings`;
  return `  ${scene.padEnd(32)} ${String(pictures).padStart(3)} pictures  ${seconds.toFixed(1)} s  ${found}`;
}

function wordsOf({ check, what, looks }: Finding): string {
  return `${check}${looks.length === 0 ? '' : ` (${looks.join(', ')})`}: ${what}`;
}

function sayReport(report: SceneReport): void {
  say(lineOf(report));
  for (const finding of report.findings) say(`    ${wordsOf(finding)}`);
}

function sizesOf(widths: readonly number[]): Size[] {
  return SIZES.filter(({ width }) => widths.length === 0 || widths.includes(width));
}

async function run({ out, only, json, data, dev, widths }: ShotsArguments): Promise<boolean> {
  const startedAt = Date.now();
  const scenes = scenesNamed(only);
  if (scenes.length === 0) throw new Error(`No screen/state holds ${only.join(' or ')}.`);
  const isBuilt = !dev && existsSync('.next/BUILD_ID');
  if (data === null) say(`shots: a stack of its own, ${isBuilt ? 'as built' : 'compiled as it goes'}`);
  if (only.length === 0) rmSync(out, { recursive: true, force: true });
  const stage = await openStage({ dataFolder: data, app: isBuilt ? 'built' : 'dev', say });
  const browser = await launchBrowser();
  try {
    const reports = await runShots(
      { stage, browser },
      { scenes, out, sizes: sizesOf(widths), onReport: sayReport },
    );
    const findings = reports.flatMap((report) => report.findings);
    const pictures = reports.reduce((sum, report) => sum + report.pictures, 0);
    const seconds = (Date.now() - startedAt) / 1_000;
    say(
      `${pictures} pictures of ${reports.length} states in ${out}, ${findings.length} findings, ${seconds.toFixed(0)} s`,
    );
    const ok = findings.length === 0;
    if (json)
      process.stdout.write(`${JSON.stringify({ ok, pictures, seconds, findings, states: reports })}\n`);
    return ok;
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** What the README shows. */
async function record({ out, data, dev }: ShotsArguments): Promise<boolean> {
  const stage = await openStage({ dataFolder: data, app: dev ? 'dev' : 'built', say });
  const browser = await launchBrowser();
  try {
    mkdirSync(out, { recursive: true });
    const film = await recordTwoPeople({ stage, browser });
    writeFileSync(join(out, 'two-people.webp'), film);
    writeFileSync(join(out, 'session.png'), await pictureOfSession({ stage, browser }));
    say(`two-people.webp (${Math.round(film.length / 1_000)} kB) and session.png are in ${out}`);
    return true;
  } finally {
    await browser.close();
    await stage.close();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = (await (options.recording ? record(options) : run(options))) ? 0 : 1;
} catch (error) {
  say(`shots: ${messageOf(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedSession } from './support/scripted-session';
import { SessionPanels } from './support/session-panels';

// Never the blocking form: the git server that is asked is of this very process.
const run = promisify(execFile);

let scene: ScriptedSession;
let page: Page;
let panels: SessionPanels;

const FIRST = `sed -i 's/Hello/Good day/' src/greeting.js && printf 'one\\ntwo\\n' > notes.txt`;
const ODD = [
  `mkdir -p 'odd dir'`,
  `printf 'x\\r\\ny\\r\\n' > 'odd dir/win.txt'`,
  `printf 'no line feed' > 'quo"te.txt'`,
  `echo ü > grüße.txt`,
  `printf 'const a = 1; \\342\\200\\256// hidden\\n' > bidi.js`,
  `seq 1 5000 > many.txt`,
  `printf '\\000\\001' > data.bin`,
  `git mv README.md READ-ME.md`,
  `chmod +x package.json`,
  `ln -s src/greeting.js link`,
  `rm src/slugify.js`,
  `printf 'one\\n2\\n' > notes.txt`,
].join(' && ');

beforeAll(async () => {
  scene = await ScriptedSession.open('greet better', FIRST);
  await scene.turn('make a mess', ODD);
  page = scene.page;
  panels = new SessionPanels(page);
  await scene.visit();
}, 300_000);
afterAll(() => scene.close(), 60_000);

/** Where the lines with marks in them are drawn, from the top. */
async function topsOfMarked(): Promise<number[]> {
  const marked = panels.lines('src/greeting.js').filter({ has: page.locator('[data-mark]') });
  await marked.first().waitFor();
  return marked.evaluateAll((all) => all.map((line) => Math.round(line.getBoundingClientRect().top)));
}

describe('the change of a session', () => {
  it('lists every file with what became of it, however it is called', async () => {
    await panels.file('grüße.txt').waitFor();
    expect(await panels.paths()).toEqual([
      'READ-ME.md',
      'bidi.js',
      'data.bin',
      'grüße.txt',
      'link',
      'many.txt',
      'notes.txt',
      'odd dir/win.txt',
      'package.json',
      'quo"te.txt',
      'src/greeting.js',
      'src/slugify.js',
    ]);
    const says = async (path: string, words: string) =>
      expect(await panels.file(path).innerText()).toContain(words);
    await says('READ-ME.md', 'Moved from README.md; no line of it changed.');
    await says('data.bin', 'binary');
    await says('link', 'A symbolic link');
    await says('odd dir/win.txt', 'Its lines end with CR LF.');
    await says('package.json', 'Its mode changed from 100644 to 100755.');
    await says('quo"te.txt', 'no line feed at the end');
    await says('bidi.js', '⟨U+202E⟩');
    await says('src/slugify.js', 'deleted');
  });

  it('marks the words that differ inside of a line', async () => {
    await panels.file('src/greeting.js').scrollIntoViewIfNeeded();
    await panels.lines('src/greeting.js').first().waitFor();
    expect(await panels.file('src/greeting.js').locator('[data-mark]').allInnerTexts()).toEqual([
      'Hello',
      'Good day',
    ]);
  });

  it('folds what is long, and draws of it only what is near', async () => {
    expect(await panels.lines('many.txt').count()).toBe(0);
    await panels.fold('many.txt').click();
    await panels.lines('many.txt').first().waitFor();
    const drawn = await panels.lines('many.txt').count();
    expect(drawn).toBeGreaterThan(50);
    expect(drawn).toBeLessThan(1_000);
    await panels.fold('notes.txt').scrollIntoViewIfNeeded();
    await panels.file('many.txt').getByText('5000', { exact: true }).last().waitFor();
    await panels.fold('many.txt').click();
    expect(await panels.lines('many.txt').count()).toBe(0);
  });

  it('opens and folds all at once', async () => {
    await panels.button('Expand all').click();
    expect(await panels.fold('data.bin').getAttribute('aria-expanded')).toBe('true');
    await panels.button('Collapse all').click();
    expect(await page.locator('[data-line]').count()).toBe(0);
    await panels.button('Expand all').click();
    await panels.fold('many.txt').click();
  });

  it('is read with the keyboard: j and k go from file to file, Enter folds', async () => {
    await panels.fold('READ-ME.md').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('section')?.dataset['diffFile']);
    expect(await focused()).toBe('data.bin');
    await page.keyboard.press('k');
    expect(await focused()).toBe('bidi.js');
    await page.keyboard.press('Enter');
    expect(await panels.fold('bidi.js').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Enter');
    expect(await panels.fold('bidi.js').getAttribute('aria-expanded')).toBe('true');
  });

  it('copies a path as it is', async () => {
    await panels.file('quo"te.txt').getByRole('button', { name: 'Copy the path' }).click();
    expect(await panels.clipboard()).toBe('quo"te.txt');
  });

  it('is split or unified as somebody likes it, also after a reload', async () => {
    expect((await topsOfMarked()).length).toBe(2);
    expect(new Set(await topsOfMarked()).size).toBe(2);
    await panels.button('Split').click();
    expect(new Set(await topsOfMarked()).size).toBe(1);
    await page.reload();
    expect(new Set(await topsOfMarked()).size).toBe(1);
    expect(await panels.button('Split').getAttribute('aria-pressed')).toBe('true');
    expect(await panels.flaws()).toEqual([]);
    await panels.button('Split').click();
    expect(await panels.flaws()).toEqual([]);
  });

  it('is shown turn by turn, with who asked', async () => {
    expect(await panels.turn.locator('option').allInnerTexts()).toEqual([
      'All turns',
      'Ada: make a mess',
      'Ada: greet better',
    ]);
    await panels.turn.selectOption({ label: 'Ada: greet better' });
    await panels.file('src/greeting.js').waitFor();
    expect(await panels.paths()).toEqual(['notes.txt', 'src/greeting.js']);
    await panels.turn.selectOption({ label: 'Ada: make a mess' });
    await panels.file('grüße.txt').waitFor();
    expect(await panels.paths()).not.toContain('src/greeting.js');
    const signs = await panels
      .lines('notes.txt')
      .evaluateAll((all) => all.map((line) => line.dataset['line']));
    expect(signs.toSorted()).toEqual(['added', 'context', 'removed']);
  });

  it('is led to from each turn in the timeline', async () => {
    await panels.turn.selectOption({ label: 'All turns' });
    await panels.tab('Files').click();
    await page.getByRole('button', { name: 'Show change of this turn' }).first().click();
    await panels.file('src/greeting.js').waitFor();
    expect(await panels.paths()).toEqual(['notes.txt', 'src/greeting.js']);
    expect(await panels.turn.locator('option:checked').innerText()).toBe('Ada: greet better');
  });

  it('is downloaded as a patch that git applies to the repository as it was', async () => {
    await panels.turn.selectOption({ label: 'All turns' });
    await panels.file('src/greeting.js').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), panels.button('Download').click()]);
    expect(download.suggestedFilename()).toMatch(/^dispatch-greet-better-[\w-]+-[0-9a-f]{7}\.patch$/);
    const patch = join(scene.stack.folder, 'whole.patch');
    await download.saveAs(patch);
    const clone = join(scene.stack.folder, 'clone');
    await run('git', ['clone', '--quiet', `${scene.stack.githubUrl}/acme/playground.git`, clone]);
    await run('git', ['apply', '--index', '--whitespace=nowarn', patch], { cwd: clone });
    const { stdout } = await run(
      'git',
      ['-c', 'core.quotePath=false', 'diff', '--cached', '-M', '--name-only'],
      {
        cwd: clone,
      },
    );
    expect(stdout).toContain('grüße.txt');
    expect(readFileSync(join(clone, 'src/greeting.js'), 'utf8')).toContain('Good day');
    expect([...readFileSync(join(clone, 'data.bin'))]).toEqual([0, 1]);
    expect(readFileSync(join(clone, 'odd dir/win.txt'), 'utf8')).toBe('x\r\ny\r\n');
    expect(statSync(join(clone, 'package.json')).mode & 0o111).not.toBe(0);
  });

  it('comes without being asked for when a turn ends, and keeps what was folded', async () => {
    await panels.fold('notes.txt').click();
    await scene.turn('add one more', `echo more > another.txt`);
    await panels.file('another.txt').waitFor();
    expect(await panels.fold('notes.txt').getAttribute('aria-expanded')).toBe('false');
    expect(await panels.turn.locator('option').nth(1).innerText()).toBe('Ada: add one more');
  });

  it('says when it could not be read, and is read when one tries again', async () => {
    let isDown = true;
    await page.route(/\/patch\//, (route) => (isDown ? route.abort() : route.continue()));
    await page.reload();
    await page.getByRole('complementary').getByText('The change could not be read').waitFor();
    isDown = false;
    await panels.button('Try again').click();
    await panels.file('another.txt').waitFor();
    await page.unroute(/\/patch\//);
  });

  it('of megabytes opens, and is drawn as far as one looks', async () => {
    await scene.turn('write much', `seq 1 700000 > huge.txt`);
    await panels.file('huge.txt').waitFor();
    await panels.fold('huge.txt').click();
    await panels.lines('huge.txt').first().waitFor();
    expect(await panels.lines('huge.txt').count()).toBeLessThan(1_000);
    await panels.file('huge.txt').evaluate((section) => section.scrollIntoView({ block: 'end' }));
    await panels.file('huge.txt').getByText('700000', { exact: true }).last().waitFor();
    expect(await panels.lines('huge.txt').count()).toBeLessThan(1_000);
    await panels.fold('huge.txt').click();
  });

  it('is unified on a phone, with nothing beyond its edge', async () => {
    await panels.button('Split').click();
    await page.setViewportSize({ width: 390, height: 844 });
    await panels.tab('Diff').click();
    await panels.lines('src/greeting.js').first().waitFor();
    expect(await panels.button('Split').count()).toBe(0);
    expect(new Set(await topsOfMarked()).size).toBe(2);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await panels.flaws()).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await panels.button('Split').click();
  });
});

describe('every page so far', () => {
  it('asked no other host, threw nothing, and met no limit of its security policy', () => {
    expect([...scene.trespasses.hosts]).toEqual([]);
    expect(scene.trespasses.errors).toEqual([]);
  });
});

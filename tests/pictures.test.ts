import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedSession } from './support/scripted-session';
import { TerminalRun } from './support/terminal';

const PAGE = '<title>Shop</title><h1 style="margin:0;background:#0a64c8;color:#fff">Open</h1>';
const SERVE = `nohup node -e "require('http').createServer((q, r) => r.end('<h1 id=up>served</h1>')).listen(47913, '127.0.0.1')" > /dev/null 2>&1 & sleep 2`;
const asked = { viewport: 'phone', wholePage: false, waitFor: '' };

let scene: ScriptedSession;

beforeAll(async () => {
  scene = await ScriptedSession.open('make a page', `printf '%s' '${PAGE}' > shop.html`);
}, 300_000);
afterAll(() => scene.close(), 60_000);

describe('a picture that the agent took', () => {
  it('is seen by everybody: small in the timeline, large on a click, by its name in a terminal', async () => {
    await scene.callTools('show me the shop', [
      ['screenshot', { ...asked, page: 'shop.html', waitFor: 'h1' }],
    ]);
    const { page } = scene;
    await scene.visit();
    await page.getByRole('button', { name: 'Show shop-html-phone.png' }).first().click();
    const picture = page.getByRole('dialog').getByRole('img', { name: 'shop-html-phone.png' });
    await picture.waitFor();
    const size = picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
    expect(await size).toEqual([725, 1568]);
    await page.keyboard.press('Escape');
    const { token } = await scene.stack.as('ada');
    const terminal = new TerminalRun(['attach', scene.session.id, '--until-idle'], {
      server: scene.stack.url,
      token,
    });
    await terminal.exited;
    expect(terminal.shown).toContain('picture shop-html-phone.png');
  });

  it('may be of a server in the sandbox', async () => {
    await scene.callTools('serve it', [
      ['bash', { command: SERVE, description: 'start a server' }],
      ['screenshot', { ...asked, page: 'http://localhost:47913/', viewport: 'desktop', waitFor: '#up' }],
    ]);
    await scene.page.getByRole('button', { name: 'Show localhost-47913-desktop.png' }).first().waitFor();
  });

  it('of a page elsewhere is refused in words, and the turn goes on', async () => {
    await scene.callTools('look around', [['screenshot', { ...asked, page: 'https://example.com/' }]]);
    const refused = scene.session.all('part.finished').findLast(({ part }) => part.type === 'tool');
    expect(refused).toMatchObject({ part: { tool: 'screenshot', status: 'error' } });
    expect(JSON.stringify(refused)).toContain('outside of this sandbox');
    expect(scene.session.last('prompt.finished')).toMatchObject({ outcome: 'completed' });
  });
});

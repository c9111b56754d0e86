// In the sandbox: Playwright, told nothing about where its browser is, takes a picture of a page served here.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

/** The image's own, and not what the project happens to have. */
const PLAYWRIGHT = '/usr/local/lib/node_modules/playwright';
const { chromium } = createRequire(import.meta.url)(PLAYWRIGHT);
const PAGE = `<!doctype html><title>proof</title><style>body{margin:0;background:#fff}
div{position:absolute;inset:0 50% 0 0;background:#0a64c8}</style><div></div><h1>Aä✓ 😀</h1>`;

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch(process.argv[2] === 'new' ? { channel: 'chromium' } : {});
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.screenshot({ path: '/workspace/page.png' });
  process.stdout.write(`${JSON.stringify({ browser: browser.version(), title: await page.title() })}\n`);
} finally {
  await browser.close();
  server.close();
}

import { brotliCompressSync } from 'node:zlib';
import { freshPage, untilLive, type WebBenchSetting } from './setting';

const KB = 1_000;

interface Chunk {
  name: string;
  /** As it came over the wire. */
  kb: number;
  /** What the same would be with brotli at its best, and unpacked. */
  brotliKb: number;
  unpackedKb: number;
  /** How the server had packed it. */
  encoding: string;
  /** Named by the page itself, or asked for by a script later. */
  isInPage: boolean;
}

const kbOf = (bytes: number): number => Math.round((bytes / KB) * 10) / 10;

/** All JavaScript that is loaded until the session's screen is live and quiet, with nothing pressed. */
export async function measureFirstLoad(
  setting: WebBenchSetting,
): Promise<{ totalKb: number; inPageKb: number; brotliKb: number; chunks: Chunk[] }> {
  const { context, page } = await freshPage(setting);
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const sizes = new Map<string, number>();
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sizes.set(requestId, encodedDataLength);
  });
  const scripts = new Map<string, { url: string; encoding: string }>();
  network.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type !== 'Script' && !response.mimeType.includes('javascript')) return;
    const encoding = response.headers['content-encoding'] ?? response.headers['Content-Encoding'] ?? 'none';
    scripts.set(requestId, { url: response.url, encoding });
  });
  const document = await page.goto(setting.long.path);
  const html = (await document?.text()) ?? '';
  await untilLive(page);
  await page.waitForLoadState('networkidle');
  const chunks: Chunk[] = [];
  for (const [requestId, { url, encoding }] of scripts) {
    const body = await (await fetch(url)).text();
    const name = new URL(url).pathname.replace('/_next/static/chunks/', '');
    chunks.push({
      name,
      kb: kbOf(sizes.get(requestId) ?? 0),
      brotliKb: kbOf(brotliCompressSync(body).byteLength),
      unpackedKb: kbOf(Buffer.byteLength(body)),
      encoding,
      isInPage: html.includes(name),
    });
  }
  await context.close();
  chunks.sort((a, b) => b.kb - a.kb);
  const sum = (of: (chunk: Chunk) => number): number =>
    kbOf(chunks.reduce((all, chunk) => all + of(chunk), 0) * KB);
  return {
    totalKb: sum(({ kb }) => kb),
    inPageKb: sum(({ kb, isInPage }) => (isInPage ? kb : 0)),
    brotliKb: sum(({ brotliKb }) => brotliKb),
    chunks,
  };
}

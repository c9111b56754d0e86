import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageAddress } from './target';

let base: string;
let folder: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-target-')));
  folder = join(base, 'repository');
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'docs/a page.html'), '<p>hello');
  writeFileSync(join(base, 'secret.html'), 'secret');
});
afterEach(() => rmSync(base, { recursive: true }));

describe('what a picture is taken of', () => {
  it.each([
    ['http://localhost:3000/', 'http://localhost:3000/'],
    ['http://127.0.0.1:8080/a?b=1#c', 'http://127.0.0.1:8080/a?b=1#c'],
    ['http://[::1]:5173', 'http://[::1]:5173/'],
    ['https://app.localhost/', 'https://app.localhost/'],
    ['localhost:3000/x', 'http://localhost:3000/x'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000/'],
  ])('%s is a server of the sandbox', (page, address) => {
    expect(pageAddress(page, folder).href).toBe(address);
  });

  it('a file of the repository, by a path from its root or an absolute one', () => {
    const address = `file://${folder}/docs/a%20page.html`;
    expect(pageAddress('docs/a page.html', folder).href).toBe(address);
    expect(pageAddress(join(folder, 'docs/a page.html'), folder).href).toBe(address);
  });

  it.each([
    ['https://example.com/', 'example.com is outside of this sandbox'],
    ['http://localhost.example.com/', 'outside of this sandbox'],
    ['http://169.254.169.254/latest', 'outside of this sandbox'],
    ['file:///etc/passwd', 'No picture is taken of file: addresses'],
    ['javascript:alert(1)', 'No picture is taken of javascript: addresses'],
    ['http://', 'is no address'],
    ['docs', 'is a folder'],
    ['missing.html', 'There is no file missing.html'],
    ['../secret.html', 'is outside of the repository'],
    ['/etc/passwd', 'is outside of the repository'],
  ])('%s is not', (page, why) => {
    expect(() => pageAddress(page, folder)).toThrow(why);
  });

  it('a link that leads out of the repository is not', () => {
    symlinkSync(join(base, 'secret.html'), join(folder, 'link.html'));
    expect(() => pageAddress('link.html', folder)).toThrow('is outside of the repository');
  });
});

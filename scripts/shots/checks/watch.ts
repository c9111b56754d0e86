import type { Page } from '@playwright/test';

/** What a page did while it was looked at. */
export interface Watch {
  errors: string[];
  /** Hosts other than this machine that were asked for anything. */
  hosts: Set<string>;
}

const HERE = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Follows a page's console and its requests. Errors that `expected` fits are part of what is looked at. */
export function watchPage(page: Page, expected?: RegExp): Watch {
  const watch: Watch = { errors: [], hosts: new Set() };
  const note = (text: string): void => {
    if (expected?.test(text) !== true) watch.errors.push(text.slice(0, 300));
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} ${addressOf(message.location().url)}`.trim());
  });
  page.on('pageerror', (error) => note(error.message));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!HERE.has(hostname) && protocol.startsWith('http')) watch.hosts.add(hostname);
  });
  page.on('websocket', (socket) => {
    const { hostname } = new URL(socket.url());
    if (!HERE.has(hostname)) watch.hosts.add(hostname);
  });
  return watch;
}

/** Where an error came from, without the port, which differs in each run. */
function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}

import { useSyncExternalStore } from 'react';
import { parseTheme, type Theme, THEME_COOKIE, themeAttribute } from './themes';

const YEAR_S = 365 * 24 * 3_600;

const listeners = new Set<() => void>();
let channel: BroadcastChannel | undefined;

/** Other tabs change with this one; the root element's attribute is what the page has chosen. */
function otherTabs(): BroadcastChannel {
  if (channel) return channel;
  channel = new BroadcastChannel(THEME_COOKIE);
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    show(parseTheme(typeof data === 'string' ? data : undefined));
  });
  return channel;
}

function show(theme: Theme): void {
  const attribute = themeAttribute(theme);
  if (attribute === undefined) delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = attribute;
  for (const listener of [...listeners]) listener();
}

/** Shows a theme at once, in every tab, and on every later visit of this browser. */
export function setTheme(theme: Theme): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
  show(theme);
  otherTabs().postMessage(theme);
}

function subscribe(listener: () => void): () => void {
  otherTabs();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme that was chosen; null while the server renders, where nothing depends on it. */
export function useTheme(): Theme | null {
  return useSyncExternalStore<Theme | null>(
    subscribe,
    () => parseTheme(document.documentElement.dataset['theme']),
    () => null,
  );
}

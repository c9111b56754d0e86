import type { SessionId } from '@/domain/ids';
import type { Notice } from './notices';
import type { Tab } from './tab-council';

const pathOf = (sessionId: SessionId): string => `/s/${sessionId}`;
const isAt = (sessionId: SessionId): boolean => location.pathname === pathOf(sessionId);
/** The list of sessions shows what needs somebody first of all. */
const isAtList = (): boolean => location.pathname === '/';

/** This tab of the browser; `open` leads it to a path without loading it anew. */
export function browserTab(open: (path: string) => void): Tab {
  const shown = new Map<string, Notification>();
  const raise = ({ tag, sessionId, title, body }: Notice): void => {
    const notification = new Notification(title, { tag, body, icon: '/icons/needs-you.svg' });
    shown.set(tag, notification);
    notification.onclose = () => shown.delete(tag);
    notification.onclick = () => {
      window.focus();
      notification.close();
      if (!isAt(sessionId)) open(pathOf(sessionId));
    };
  };
  return {
    holds: isAt,
    sees: (sessionId) => document.visibilityState === 'visible' && (isAt(sessionId) || isAtList()),
    raise: (notice) => {
      try {
        raise(notice);
      } catch {
        // Some browsers have notifications for service workers only: the title and the list still tell.
      }
    },
    drop: (tags) => {
      for (const tag of tags) shown.get(tag)?.close();
    },
  };
}

import { useSyncExternalStore } from 'react';

/** What stands in the way of notifications, or that nothing does. */
export type NotifyState = 'unsupported' | 'denied' | 'off' | 'on';

/** What was chosen in this browser, for all its tabs. */
const KEY = 'dispatch:notify';

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

/** Another tab may change the choice; the permission has no event that every browser sends, so a return counts as one. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  for (const event of ['focus', 'storage']) window.addEventListener(event, listener);
  return () => {
    listeners.delete(listener);
    for (const event of ['focus', 'storage']) window.removeEventListener(event, listener);
  };
}

function isWanted(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    // A browser that keeps nothing for us was never told to.
    return false;
  }
}

function want(isOn: boolean): void {
  try {
    if (isOn) localStorage.setItem(KEY, 'on');
    else localStorage.removeItem(KEY);
  } catch {
    // As above: nothing is kept, and the state goes on saying so.
  }
  tell();
}

function permission(): NotificationPermission | 'unsupported' {
  // Tabs agree through locks, which pages without TLS don't have; they have no notifications either.
  return 'Notification' in window && 'locks' in navigator ? Notification.permission : 'unsupported';
}

function currentState(): NotifyState {
  const given = permission();
  if (given === 'unsupported' || given === 'denied') return given;
  return given === 'granted' && isWanted() ? 'on' : 'off';
}

/** Whether this browser is to notify somebody. Nothing is asked of them before they ask for it. */
export function useNotifySetting(): {
  state: NotifyState | null;
  turnOn: () => Promise<NotifyState>;
  turnOff: () => void;
} {
  const state = useSyncExternalStore<NotifyState | null>(subscribe, currentState, () => null);
  return {
    state,
    turnOn: async () => {
      want((await Notification.requestPermission()) === 'granted');
      return currentState();
    },
    turnOff: () => want(false),
  };
}

import { useSyncExternalStore } from 'react';
import { useKeptText } from '../kit/use-kept-text';

/** What stands in the way of notifications, or that nothing does. */
export type NotifyState = 'unsupported' | 'denied' | 'off' | 'on';

const listeners = new Set<() => void>();

/** The browser's permission has no event that every browser sends: it is looked at after asking and on every return. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('focus', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('focus', listener);
  };
}

function permission(): NotificationPermission | 'unsupported' {
  // Tabs agree through locks, which pages without TLS don't have; they have no notifications either.
  return 'Notification' in window && 'locks' in navigator ? Notification.permission : 'unsupported';
}

/** Whether this browser is to notify somebody. Nothing is asked of them before they ask for it. */
export function useNotifySetting(): {
  state: NotifyState | null;
  turnOn: () => Promise<NotifyState>;
  turnOff: () => void;
} {
  const granted = useSyncExternalStore<ReturnType<typeof permission> | null>(
    subscribe,
    permission,
    () => null,
  );
  const [wanted, setWanted] = useKeptText('dispatch:notify');
  const stateOf = (given: ReturnType<typeof permission>, isWanted: boolean): NotifyState => {
    if (given === 'unsupported' || given === 'denied') return given;
    return given === 'granted' && isWanted ? 'on' : 'off';
  };
  return {
    state: granted === null ? null : stateOf(granted, wanted === 'on'),
    turnOn: async () => {
      const answer = await Notification.requestPermission();
      if (answer === 'granted') setWanted('on');
      for (const listener of [...listeners]) listener();
      return stateOf(answer, answer === 'granted');
    },
    turnOff: () => setWanted(''),
  };
}

'use client';

import { lazy, Suspense } from 'react';
import { say } from '../kit/say';
import { useAppCommands } from '../kit/use-commands';
import { useNotifySetting } from './notify-setting';

// Only for those who turned notifications on.
const Seat = lazy(async () => ({ default: (await import('./seat')).Seat }));

/** Tells somebody who looks elsewhere what needs them, where they asked for it. Draws nothing. */
export function Notifier() {
  const { state, turnOn, turnOff } = useNotifySetting();
  const isOn = state === 'on';
  useAppCommands([
    {
      ...{ id: 'notify.on', title: 'Turn on notifications', group: 'Notifications' },
      isEnabled: () => state === 'off',
      run: () =>
        void turnOn().then((now) => say(now === 'on' ? 'Notifications are on.' : 'The browser said no.')),
    },
    {
      ...{ id: 'notify.off', title: 'Turn off notifications', group: 'Notifications' },
      isEnabled: () => isOn,
      run: () => {
        turnOff();
        say('Notifications are off.');
      },
    },
  ]);
  return isOn ? (
    <Suspense fallback={null}>
      <Seat />
    </Suspense>
  ) : null;
}

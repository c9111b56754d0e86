'use client';

import { Button } from '../kit/button';
import { Mark } from '../kit/mark';
import { type NotifyState, useNotifySetting } from './notify-setting';

const WORDS = {
  unsupported: 'This browser can’t notify you here: it needs notifications, and a page over https.',
  denied:
    'This browser does not let Dispatch notify you. Allow it in the browser’s settings for this page, then come back.',
  off: 'Off. You are asked by the browser when you turn them on.',
  on: 'On, for this browser: questions and requests of the agent, starts that failed, and your own prompts when they end.',
} satisfies Record<NotifyState, string>;

/** Turns notifications of this browser on and off. */
export function NotifyChoice() {
  const { state, turnOn, turnOff } = useNotifySetting();
  if (state === null) return <div className="h-8" />;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Mark
        shape={state === 'on' ? 'check' : state === 'off' ? 'ring' : 'cross'}
        tone={state === 'on' ? 'ok' : 'muted'}
      />
      <p className="min-w-0 flex-1 basis-60 text-sm" role="status">
        {WORDS[state]}
      </p>
      {state === 'off' && <Button onClick={() => void turnOn()}>Turn on notifications</Button>}
      {state === 'on' && <Button onClick={turnOff}>Turn off</Button>}
    </div>
  );
}

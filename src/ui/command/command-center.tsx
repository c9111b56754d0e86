'use client';

import { usePathname, useRouter } from 'next/navigation';
import { type ComponentType, useEffect, useEffectEvent, useState } from 'react';
import { commandRegistry } from '../kit/command-registry';
import { say } from '../kit/say';
import { useAppCommands } from '../kit/use-commands';
import { isMac } from '../kit/use-is-mac';
import { Sayings } from './sayings';
import { useNextNeed } from './use-next-need';
import { PALETTE } from './use-palette-entries';

type PanelName = 'palette' | 'keys';
type Panel = ComponentType<{ onClose: () => void }>;

/** Neither is needed before somebody asks for it. */
const LOADERS = {
  palette: () => import('./palette'),
  keys: () => import('./key-sheet'),
} satisfies Record<PanelName, () => Promise<{ default: Panel }>>;

/** Whether what is typed here is for a field, or for the dialog that is open. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog:modal')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['button', 'checkbox', 'radio', 'submit'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Ends the browser's sign-in. What does it is loaded for it, since most visits end otherwise. */
async function leave(): Promise<void> {
  try {
    const { signOut } = await import('next-auth/react');
    await signOut({ callbackUrl: '/signin' });
  } catch {
    say('Dispatch did not answer, so you are still signed in. Check the connection, then try again.');
  }
}

/** The keys of every screen, the palette, the sheet of keys, and what can be done anywhere. */
export function CommandCenter() {
  const router = useRouter();
  const path = usePathname();
  const goToNext = useNextNeed();
  const [open, setOpen] = useState<{ name: PanelName; Panel: Panel } | null>(null);

  async function show(name: PanelName): Promise<void> {
    try {
      const { default: Panel } = await LOADERS[name]();
      setOpen({ name, Panel });
    } catch {
      // Its code was not to be had: nothing else is broken, and the next try may go better.
      say('This could not be loaded. Check the connection, then try again.');
    }
  }
  const close = (name: PanelName) => setOpen((now) => (now?.name === name ? null : now));
  const toggle = (name: PanelName) => {
    if (open?.name === name) close(name);
    else void show(name);
  };

  const settings = (page: string, title: string, words: string) => ({
    ...{ id: `settings.${page}`, title: `Settings: ${title}`, group: 'Go to', words },
    run: () => router.push(`/settings/${page}`),
  });
  useAppCommands([
    {
      ...{ id: PALETTE, title: 'Search and commands', group: 'Anywhere', keys: 'mod+k' },
      ...{ whileTyping: true, run: () => toggle('palette') },
    },
    {
      ...{ id: 'session.new', title: 'New session', group: 'Anywhere', keys: 'c', words: 'create start' },
      run: () => {
        commandRegistry.runWhenThere('session.new');
        router.push('/');
      },
    },
    {
      ...{ id: 'next-need', title: 'Next thing that needs you', group: 'Anywhere', keys: 'n' },
      ...{ words: 'question permission ask', run: goToNext },
    },
    {
      ...{ id: 'go.home', title: 'All sessions', group: 'Go to', keys: 'h', words: 'home list' },
      ...{ isEnabled: () => path !== '/', run: () => router.push('/') },
    },
    {
      ...settings('me', 'me', 'profile tokens terminals defaults notifications theme'),
      ...{ title: 'Settings', keys: ',' },
    },
    settings('repositories', 'repositories', 'branch agents.md setup'),
    settings('models', 'models', 'price context provider'),
    settings('health', 'health', 'status doctor version database'),
    { id: 'keys', title: 'All keys', group: 'Anywhere', keys: '?', words: 'help', run: () => toggle('keys') },
    {
      ...{ id: 'sign-out', title: 'Sign out', group: 'Account', words: 'log out leave' },
      run: () => void leave(),
    },
  ]);

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const scene = { isMac: isMac(), isTaken: isTaken(event.target) };
    if (commandRegistry.press(event, scene)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  return (
    <>
      {open && <open.Panel key={open.name} onClose={() => close(open.name)} />}
      <Sayings />
    </>
  );
}

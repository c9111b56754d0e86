import type { ReactNode } from 'react';
import { container } from '@/container';
import { CommandCenter } from '@/ui/command/command-center';
import { LiveProvider } from '@/ui/live/live-provider';
import { Notifier } from '@/ui/notify/notifier';
import { ThemeCommands } from '@/ui/theme/theme-commands';
import { currentCaller, serverApi } from '../signed-in';

/** Gives the screens of signed-in people what they share. A page that nobody may see yet sends them to sign in. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const caller = await currentCaller();
  if (!caller) return children;
  const me = await serverApi(caller).api.auth.whoami();
  return (
    <LiveProvider me={me} realtime={container().deps.config.realtime}>
      {children}
      <CommandCenter />
      <ThemeCommands />
      <Notifier />
    </LiveProvider>
  );
}

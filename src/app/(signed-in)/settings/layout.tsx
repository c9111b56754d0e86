import type { ReactNode } from 'react';
import { SettingsShell } from '@/ui/settings/settings-shell';
import { currentCaller } from '../../signed-in';

/** The frame of the settings; the page in it sends to sign in whoever is not. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  return (await currentCaller()) ? <SettingsShell>{children}</SettingsShell> : children;
}

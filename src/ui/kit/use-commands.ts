import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { type Command, commandRegistry } from './command-registry';

/** What can be done on this screen, for as long as it is there: by key, from the palette, and on the sheet of keys. */
export function useScreenCommands(commands: readonly Command[]): void {
  useRegistered('screen', commands);
}

/** What can be done anywhere. A screen's command with the same id or key goes before it. */
export function useAppCommands(commands: readonly Command[]): void {
  useRegistered('app', commands);
}

function useRegistered(layer: 'app' | 'screen', commands: readonly Command[]): void {
  // What was drawn last is what runs. An effect event would do, could the palette ask it while it is drawn.
  const latest = useRef(commands);
  useLayoutEffect(() => {
    latest.current = commands;
  });
  useEffect(() => commandRegistry.add(layer, () => latest.current), [layer]);
}

/** Everything that can be done now, drawn anew when a screen comes or goes. */
export function useCommandList(): Command[] {
  const { subscribe, getVersion } = commandRegistry;
  useSyncExternalStore(subscribe, getVersion, getVersion);
  return commandRegistry.list();
}

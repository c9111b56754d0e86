import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { SessionId } from '@/domain/ids';
import {
  type Connection,
  TerminalLink,
  type TerminalSocket,
  type TerminalState,
} from '@/domain/terminal/terminal-link';
import type { ToTerminal } from '@/domain/wire/terminal';
import { wordsOf } from '../../live/failure';
import { useTRPCClient } from '../../live/trpc';
import { terminalTheme } from './terminal-theme';

interface TerminalView {
  /** Where the screen is drawn. */
  holder: RefObject<HTMLDivElement | null>;
  /** Null before the bridge said anything. */
  state: TerminalState | null;
  connection: Connection;
  say: (message: ToTerminal) => void;
  /** Puts the keyboard's focus on the screen. */
  focus: () => void;
}

const LINES_KEPT = 5_000;

/** A terminal on the page, and its way to the sandbox, for as long as it is shown. */
export function useTerminal(sessionId: SessionId): TerminalView {
  const client = useTRPCClient();
  const holder = useRef<HTMLDivElement>(null);
  const link = useRef<TerminalLink | null>(null);
  const screen = useRef<Terminal | null>(null);
  const [state, setState] = useState<TerminalState | null>(null);
  const [connection, setConnection] = useState<Connection>({ type: 'connecting' });
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const { terminal, fit } = openScreen(element);
    let isDriver = false;
    const own = new TerminalLink({
      // The browser's own type says more of its handlers than is asked for.
      open: (url) => new WebSocket(url) as TerminalSocket,
      visit: () => client.ports.terminal.mutate({ sessionId }),
      onOpen: () => terminal.reset(),
      onOutput: (bytes) => terminal.write(bytes),
      onState: (told) => {
        setState(told);
        const begins = told.driver?.isYou === true && !isDriver;
        isDriver = told.driver?.isYou === true;
        if (begins) tellSize();
        else terminal.resize(told.cols, told.rows);
      },
      onConnection: setConnection,
      wordsOf,
    });
    /** The window of whoever drives is everybody's. */
    const tellSize = (): void => {
      const size = fit.proposeDimensions();
      if (isDriver && size && size.cols > 1 && size.rows > 0) own.resize(size);
    };
    const typed = terminal.onData((text) => own.type(text));
    const sized = new ResizeObserver(tellSize);
    sized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolour = (): void => void (terminal.options.theme = terminalTheme(element));
    dark.addEventListener('change', recolour);
    [link.current, screen.current] = [own, terminal];
    return () => {
      dark.removeEventListener('change', recolour);
      sized.disconnect();
      typed.dispose();
      own.close();
      terminal.dispose();
      [link.current, screen.current] = [null, null];
    };
  }, [client, sessionId]);
  return {
    ...{ holder, state, connection },
    say: (message) => link.current?.say(message),
    focus: () => screen.current?.focus(),
  };
}

function openScreen(element: HTMLElement): { terminal: Terminal; fit: FitAddon } {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(element).getPropertyValue('--font-geist-mono') || 'monospace',
    fontSize: 12,
    scrollback: LINES_KEPT,
    theme: terminalTheme(element),
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  // A terminal takes every key, so there is one that leaves it.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'Escape' || !event.shiftKey) return true;
    terminal.blur();
    return false;
  });
  return { terminal, fit };
}

import type { ITheme } from '@xterm/xterm';

/** The page's own colours, as the terminal draws them: it knows no variables. */
export function terminalTheme(element: HTMLElement): ITheme {
  const probe = element.ownerDocument.createElement('span');
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return asHex(getComputedStyle(probe).color);
  };
  const theme: ITheme = {
    background: colour('bg'),
    foreground: colour('text'),
    cursor: colour('accent'),
    cursorAccent: colour('bg'),
    selectionBackground: colour('edge'),
    red: colour('danger'),
    green: colour('ok'),
    yellow: colour('warn'),
    blue: colour('accent'),
    magenta: colour('person-8'),
    cyan: colour('person-5'),
    black: colour('text'),
    brightBlack: colour('muted'),
    white: colour('muted'),
    brightWhite: colour('text'),
    brightRed: colour('danger'),
    brightGreen: colour('ok'),
    brightYellow: colour('warn'),
    brightBlue: colour('accent'),
    brightMagenta: colour('person-8'),
    brightCyan: colour('person-5'),
  };
  probe.remove();
  return theme;
}

/** Any colour that CSS knows as `#rrggbb`, which is what the terminal's library reads. */
function asHex(colour: string): string {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) return '#808080';
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

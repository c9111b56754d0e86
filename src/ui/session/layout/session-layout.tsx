import { type CSSProperties, type ReactNode } from 'react';
import { classNames } from '../../kit/class-names';
import { usePanels } from './panels-context';
import { SidePanel, type PanelProps } from './side-panel';

/** The timeline and a panel beside it, with a line between them that can be moved; on a phone one of the two. */
export function SessionLayout({ children, ...panel }: PanelProps & { children: ReactNode }) {
  const { alone, sharePercent } = usePanels().layout;
  // React's type of a style knows no custom properties.
  const style = { '--side-width': `${sharePercent}%` } as CSSProperties;
  return (
    <div className="flex min-h-0 flex-1" style={style}>
      <main
        className={classNames(
          'min-h-0 min-w-0 flex-1 flex-col md:flex md:min-w-80',
          alone === 'timeline' ? 'flex' : 'hidden',
        )}
      >
        {children}
      </main>
      <SidePanel {...panel} />
    </div>
  );
}

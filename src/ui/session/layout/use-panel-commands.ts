import { useScreenCommands } from '../../kit/use-commands';
import { PANEL_ID, PANEL_WORDS, PANELS } from './panel-name';
import { usePanels } from './panels-context';

/** Each panel by its key and from the palette. `onTimeline` gives the timeline the focus; a panel beside it takes it when it opens. */
export function usePanelCommands({ onTimeline }: { onTimeline: () => void }): void {
  const { toggle } = usePanels();
  useScreenCommands(
    PANELS.map((panel) => {
      const { label, key, words } = PANEL_WORDS[panel];
      const run = () => {
        toggle(panel);
        if (panel === 'timeline') onTimeline();
        // Once it is drawn: whoever opened it by a key goes on in it. A closed one takes no focus.
        else requestAnimationFrame(() => document.getElementById(PANEL_ID)?.focus());
      };
      return { id: `panel.${panel}`, title: label, group: 'Panels', keys: key, words, run };
    }),
  );
}

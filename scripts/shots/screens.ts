import { deviceScenes } from './scenes/device';
import { homeScenes } from './scenes/home';
import { newSessionScenes } from './scenes/new-session';
import { overlayScenes } from './scenes/overlays';
import { panelScenes } from './scenes/panels';
import type { Scene } from './scenes/scene';
import { sessionScenes } from './scenes/session';
import { settingsScenes } from './scenes/settings';
import { signInScenes } from './scenes/sign-in';

/** Every screen with the states that each has to have. A state without a scene breaks the build. */
const SCREENS = {
  'sign-in': signInScenes,
  home: homeScenes,
  'new-session': newSessionScenes,
  session: sessionScenes,
  panel: panelScenes,
  settings: settingsScenes,
  overlay: overlayScenes,
  device: deviceScenes,
} satisfies { [S in ScreenName]: Record<StateName<S>, Scene> };

interface States {
  'sign-in': 'ready' | 'refused' | 'unreachable';
  home:
    'first-use' | 'empty' | 'loading' | 'live' | 'needs-you' | 'filtered-to-nothing' | 'offline' | 'failed';
  'new-session': 'empty' | 'filled' | 'other-repository' | 'refused';
  session:
    | 'waiting'
    | 'booting'
    | 'live'
    | 'idle'
    | 'long'
    | 'ask-permission'
    | 'ask-question'
    | 'queue'
    | 'failed-start'
    | 'failed-turn'
    | 'catching-up'
    | 'no-live-connection'
    | 'offline'
    | 'read-only'
    | 'together'
    | 'watching'
    | 'archived'
    | 'forbidden'
    | 'not-found'
    | 'loading';
  panel:
    | 'split'
    | 'files'
    | 'todo'
    | 'people'
    | 'sandbox'
    | 'diff-on-a-phone'
    | 'files-on-a-phone'
    | 'sandbox-on-a-phone';
  settings: 'me' | 'repositories' | 'models' | 'health';
  overlay: 'palette' | 'palette-nothing-found' | 'keys' | 'comment' | 'budget';
  device: 'enter-code' | 'compare' | 'unknown-code' | 'let-in';
}

type ScreenName = keyof States;
type StateName<S extends ScreenName> = States[S];

export interface NamedScene {
  /** `screen/state`, as `--only` and the pictures' folders have it. */
  name: string;
  scene: Scene;
}

/** All scenes, or those whose name holds one of the given words. */
export function scenesNamed(only: readonly string[]): NamedScene[] {
  const all = Object.entries(SCREENS).flatMap(([screen, states]) =>
    Object.entries<Scene>(states).map(([state, scene]) => ({ name: `${screen}/${state}`, scene })),
  );
  return only.length === 0 ? all : all.filter(({ name }) => only.some((word) => name.includes(word)));
}

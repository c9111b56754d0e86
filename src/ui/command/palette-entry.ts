import type { SessionStatus } from '@/domain/session/session-status';
import type { Key } from '../kit/keys';
import type { Findable } from './find';

/** One line of the palette. */
export interface PaletteEntry extends Findable {
  id: string;
  /** What stands beside its title, quieter. */
  aside?: string | undefined;
  /** The key that does the same. */
  keys?: Key | undefined;
  /** The sign of a session. */
  status?: SessionStatus | undefined;
  run: () => void;
}

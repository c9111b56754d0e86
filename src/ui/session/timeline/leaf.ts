import type { ItemOf, ItemType } from '@/domain/timeline/items';
import type { SessionCommands } from '../use-commands';

/** What a leaf is given beside its item. */
export interface LeafProps<T extends ItemType> {
  item: ItemOf<T>;
  /** The text of its part while that is being written, or as far as it came. */
  live: string | undefined;
  /** Its turn has ended, so nothing more comes. */
  isOver: boolean;
  /** The prompt that it belongs to ended in a way that allows another attempt. */
  canRetry: boolean;
  commands: SessionCommands;
}

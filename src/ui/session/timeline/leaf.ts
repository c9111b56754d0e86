import type { ItemOf, ItemType } from '@/domain/timeline/items';
import type { SessionCommands } from '../use-commands';

/** What a leaf is given beside its item. The text of a part that is being written comes from `useLiveText`. */
export interface LeafProps<T extends ItemType> {
  item: ItemOf<T>;
  /** Its turn has ended, so nothing more comes. */
  isOver: boolean;
  /** The prompt that it belongs to ended in a way that allows another attempt. */
  canRetry: boolean;
  commands: SessionCommands;
}

import { TabTitle } from '../kit/tab-title';
import { useOnline } from '../kit/use-online';
import type { Group } from './group-sessions';

/** The tab says how many sessions need somebody, and whether any is at work. */
export function HomeTitle({ groups }: { groups: readonly Group[] }) {
  const isOnline = useOnline();
  const rowsOf = (name: Group['title']) => groups.find(({ title }) => title === name)?.rows.length ?? 0;
  const waiting = rowsOf('Needs you');
  const busy = rowsOf('Running') > 0 ? 'working' : 'plain';
  return <TabTitle count={waiting} sign={!isOnline ? 'offline' : waiting > 0 ? 'needs-you' : busy} />;
}

import type { SessionRole } from '@/domain/access/session-role';
import { UserId } from '@/domain/ids';
import { useSession } from '../session-context';
import type { PersonRow } from './people-of';

const WORDS = {
  driver: 'Driver',
  participant: 'Participant',
  viewer: 'Viewer',
} satisfies Record<SessionRole, string>;

/** What somebody is in this session, and where one changes it. Whether one may, the server says. */
export function PartChoice({ row: { userId, name, part } }: { row: PersonRow }) {
  const { commands, canPrompt } = useSession();
  if (part === null) return null;
  if (!canPrompt) return <span className="block text-xs text-muted">{WORDS[part]}</span>;
  return (
    <select
      aria-label={`${name} is a`}
      value={part}
      onChange={(event) => commands.setRole(UserId.parse(userId), event.target.value as SessionRole)}
      className="mt-0.5 h-6 rounded-md border bg-surface px-1 text-xs"
    >
      {Object.entries(WORDS).map(([role, words]) => (
        <option key={role} value={role}>
          {words}
        </option>
      ))}
    </select>
  );
}

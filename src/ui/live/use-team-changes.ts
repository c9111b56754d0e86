import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { TeamId } from '@/domain/ids';
import { HereMessage, TEAM_MESSAGES, teamChannel } from '@/domain/wire/realtime';
import { SessionChangedMessage, type SessionRow } from '@/domain/wire/session-row';
import { useMe, useRealtime } from './live-provider';
import { useTRPC } from './trpc';

/** A team's channel may have got another name without this tab hearing of it; asked for at this rhythm. */
const ASK_MS = 5 * 60_000;

/**
 * Calls `onChange` whenever a session of one of the person's teams changed, with its row, or with null when any may
 * have while nobody listened; `onHere` when somebody came into a session or left it; `onDoing` with the row of a session
 * whose agent went on to something else.
 */
export function useTeamChanges(
  onChange: (row: SessionRow | null) => void,
  onHere?: (message: HereMessage) => void,
  onDoing?: (row: SessionRow) => void,
): void {
  const realtime = useRealtime();
  const { teams, askAgain } = useTeams();
  const heard = useEffectEvent((event: string, data: unknown) => {
    if (event === TEAM_MESSAGES.sessionChanged)
      onChange(SessionChangedMessage.safeParse(data).data?.row ?? null);
    if (event === TEAM_MESSAGES.sessionDoing && onDoing) {
      const row = SessionChangedMessage.safeParse(data).data?.row;
      if (row) onDoing(row);
    }
    if (event === TEAM_MESSAGES.here) {
      const message = HereMessage.safeParse(data).data;
      if (message) onHere?.(message);
    }
    if (event === TEAM_MESSAGES.resubscribe) {
      onChange(null);
      askAgain();
    }
  });
  const subscribed = useEffectEvent(() => onChange(null));
  // Refused: the name is an old one, or the person is not in the team any more.
  const lost = useEffectEvent((refusal: string | undefined) => {
    if (refusal === 'forbidden') askAgain();
  });
  const channels = teams.map(({ id, accessVersion }) => teamChannel(id, accessVersion)).join(' ');
  useEffect(() => {
    const ends = channels
      .split(' ')
      .filter((channel) => channel !== '')
      .map((channel) =>
        realtime.subscribe(channel, {
          onSubscribed: () => subscribed(),
          onLost: (refusal) => lost(refusal),
          onMessage: (event, data) => heard(event, data),
        }),
      );
    return () => {
      for (const end of ends) end();
    };
  }, [realtime, channels]);
}

/** The teams that the person is in as of now, with the present names of their channels. */
function useTeams(): { teams: { id: TeamId; accessVersion: number }[]; askAgain: () => void } {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const initialData = useMe();
  const { data } = useQuery(
    trpc.auth.whoami.queryOptions(undefined, { initialData, refetchInterval: ASK_MS }),
  );
  return {
    teams: data.teams,
    askAgain: () => void queryClient.invalidateQueries(trpc.auth.whoami.queryFilter()),
  };
}

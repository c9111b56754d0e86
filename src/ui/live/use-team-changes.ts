import { useEffect, useEffectEvent } from 'react';
import { teamChannel, TEAM_MESSAGES } from '@/domain/wire/realtime';
import { useMe, useRealtime } from './live-provider';

/** Calls `onChange` whenever a session of one of the person's teams changed, or may have while nobody listened. */
export function useTeamChanges(onChange: () => void): void {
  const realtime = useRealtime();
  const { teams } = useMe();
  const changed = useEffectEvent(onChange);
  const channels = teams.map(({ id }) => teamChannel(id)).join(' ');
  useEffect(() => {
    const ends = channels
      .split(' ')
      .filter((channel) => channel !== '')
      .map((channel) =>
        realtime.subscribe(channel, {
          onSubscribed: () => changed(),
          onLost: () => undefined,
          onMessage: (event) => {
            if (event === TEAM_MESSAGES.sessionChanged) changed();
          },
        }),
      );
    return () => {
      for (const end of ends) end();
    };
  }, [realtime, channels]);
}

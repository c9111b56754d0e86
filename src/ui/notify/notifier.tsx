'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { say } from '../kit/say';
import { useAppCommands } from '../kit/use-commands';
import { useMe } from '../live/live-provider';
import { useTRPC } from '../live/trpc';
import { useTeamChanges } from '../live/use-team-changes';
import { browserTab } from './browser-tab';
import { compare, see, type Seen } from './notices';
import { useNotifySetting } from './notify-setting';
import { TabCouncil } from './tab-council';
import { useLeader } from './use-leader';

const NAME = 'dispatch:notify';

/** Tells somebody who looks elsewhere what needs them, where they asked for it. Draws nothing. */
export function Notifier() {
  const { state, turnOn, turnOff } = useNotifySetting();
  const isOn = state === 'on';
  useAppCommands([
    {
      ...{ id: 'notify.on', title: 'Turn on notifications', group: 'Notifications' },
      isEnabled: () => state === 'off',
      run: () =>
        void turnOn().then((now) => say(now === 'on' ? 'Notifications are on.' : 'The browser said no.')),
    },
    {
      ...{ id: 'notify.off', title: 'Turn off notifications', group: 'Notifications' },
      isEnabled: () => isOn,
      run: () => {
        turnOff();
        say('Notifications are off.');
      },
    },
  ]);
  return isOn ? <Seat /> : null;
}

/** This tab's seat among the tabs of its browser, of which one follows the sessions for all. */
function Seat() {
  const router = useRouter();
  const [council] = useState(
    () =>
      new TabCouncil(
        NAME,
        browserTab((path) => router.push(path)),
      ),
  );
  const isLeader = useLeader(NAME);
  useEffect(() => council.join(), [council]);
  return isLeader ? <Watch council={council} /> : null;
}

/** Follows the sessions of one's teams for the whole browser, and has told what is new. */
function Watch({ council }: { council: TabCouncil }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { person } = useMe();
  const { data } = useQuery(trpc.sessions.list.queryOptions());
  const seen = useRef<Seen | null>(null);
  useTeamChanges(() => {
    void queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
  });
  useEffect(() => {
    if (!data) return;
    if (seen.current === null) {
      seen.current = see(data, person.id);
      return;
    }
    const { raised, over, seen: now } = compare(seen.current, { sessions: data, me: person.id });
    seen.current = now;
    council.drop(over);
    for (const notice of raised) void council.tell(notice);
  }, [data, council, person.id]);
  return null;
}

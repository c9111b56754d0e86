'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { SessionId } from '@/domain/ids';
import type { SessionRow } from '@/domain/wire/session-row';
import { useMe } from '../live/live-provider';
import { useTRPCClient } from '../live/trpc';
import { useTeamChanges } from '../live/use-team-changes';
import { browserTab } from './browser-tab';
import { compare, see, type Seen } from './notices';
import { TabCouncil } from './tab-council';
import { useLeader } from './use-leader';

const NAME = 'dispatch:notify';

/** This tab's seat among the tabs of its browser, of which one follows the sessions for all. */
export function Seat() {
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
  const client = useTRPCClient();
  const { person } = useMe();
  const rows = useRef(new Map<SessionId, SessionRow>());
  const seen = useRef<Seen | null>(null);

  function take(news: readonly SessionRow[]): void {
    for (const row of news) {
      const known = rows.current.get(row.id);
      if (!known || known.lastSeq <= row.lastSeq) rows.current.set(row.id, row);
    }
    const sessions = [...rows.current.values()];
    // What was so before anybody looked is no news.
    const compared = seen.current && compare(seen.current, { sessions, me: person.id });
    seen.current = compared?.seen ?? see(sessions, person.id);
    council.drop(compared?.over ?? []);
    for (const notice of compared?.raised ?? []) void council.tell(notice);
  }

  async function readAll(): Promise<void> {
    try {
      take(await client.sessions.list.query({ archived: 'without' }));
    } catch {
      // Not reached: the next change, or the connection that comes back, has it read again.
    }
  }

  useTeamChanges((row) => {
    if (!row) void readAll();
    // Before all are known there is nothing to compare one with.
    else if (seen.current) take([row]);
  });
  return null;
}

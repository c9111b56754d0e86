'use client';

import { useRef } from 'react';
import { useArchive } from '../live/use-archive';
import { HomeTitle } from './home-title';
import { NewSession } from './new-session';
import { SessionList } from './session-list';
import { Sidebar } from './sidebar';
import { useNewSession } from './use-new-session';
import { useRowKeys } from './use-row-keys';
import { useSessions } from './use-sessions';

/** All sessions, what needs somebody first, and the place to start a new one. */
export function HomeScreen() {
  const sessions = useSessions();
  const draft = useNewSession();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const archive = useArchive();
  const list = useRowKeys(prompt, (id) => {
    const row = sessions.groups.flatMap(({ rows }) => rows).find((session) => session.id === id);
    if (row) archive.ask({ id: row.id, title: row.title });
  });
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <HomeTitle groups={sessions.groups} />
      <Sidebar />
      <main className="flex min-h-0 min-w-0 flex-1 flex-col">
        <h1 className="sr-only">Sessions</h1>
        <div className="min-h-0 flex-1 overflow-y-auto px-3 py-5 md:px-6">
          <div className="mx-auto max-w-5xl">
            <SessionList
              sessions={sessions}
              ref={list}
              onExample={(text) => {
                draft.setText(text);
                prompt.current?.focus();
              }}
            />
          </div>
        </div>
        <div className="border-t bg-surface px-3 py-3 md:px-6">
          <div className="mx-auto max-w-5xl">
            <NewSession draft={draft} promptRef={prompt} />
          </div>
        </div>
      </main>
      {archive.dialog}
    </div>
  );
}

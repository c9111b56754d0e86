'use client';

import { useRef } from 'react';
import { hasRight } from '@/domain/access/roles';
import { Notice } from '../kit/notice';
import { useMe } from '../live/live-provider';
import { useArchive } from '../live/use-archive';
import { FilterBar } from './filter-bar';
import { HomeTitle } from './home-title';
import { NewSession } from './new-session';
import { OpeningSession } from './opening-session';
import { SessionList } from './session-list';
import { Sidebar } from './sidebar';
import { useHeldOrder } from './use-held-order';
import { useListFilter } from './use-list-filter';
import { useNewSession } from './use-new-session';
import { useRowKeys } from './use-row-keys';
import { useSessions } from './use-sessions';
import { useStartChoices } from './use-start-choices';

/** All sessions, what needs somebody first, and the place to start a new one. */
export function HomeScreen() {
  const control = useListFilter();
  const sessions = useSessions(control.filter);
  const draft = useNewSession();
  const choices = useStartChoices();
  const canStart = useMe().teams.some(({ role }) => hasRight(role, 'prompt'));
  const prompt = useRef<HTMLTextAreaElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const asked = `${JSON.stringify(control.filter)} ${sessions.pageCount} ${sessions.isBehind}`;
  const held = useHeldOrder(sessions.groups, asked, list);
  const archive = useArchive();
  useRowKeys({ list, prompt, search }, (id) => {
    const row = sessions.groups.flatMap(({ rows }) => rows).find((session) => session.id === id);
    if (row) archive.ask({ id: row.id, title: row.title });
  });
  // Shown at once, as it will be: the session's own page takes over when the server has it.
  if (draft.isStarting) return <OpeningSession text={draft.text} files={draft.attachments.files} />;
  const isFirstUse = sessions.isEmpty && !control.isNarrowed;
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <HomeTitle groups={sessions.groups} />
      <Sidebar />
      <main className="flex min-h-0 min-w-0 flex-1 flex-col">
        <h1 className="sr-only">Sessions</h1>
        <div className="min-h-0 flex-1 overflow-y-auto px-3 py-4 md:px-6">
          <div className="mx-auto max-w-5xl">
            {!isFirstUse && (
              <FilterBar
                control={control}
                searchRef={search}
                waiting={held.waiting}
                onRelease={held.release}
              />
            )}
            <div ref={list}>
              <SessionList
                {...{ sessions, control }}
                groups={held.groups}
                onExample={(text) => {
                  draft.setText(text);
                  prompt.current?.focus();
                }}
              />
            </div>
          </div>
        </div>
        <div className="border-t bg-surface px-3 py-3 md:px-6">
          <div className="mx-auto max-w-5xl">
            {canStart ? (
              <NewSession draft={draft} choices={choices} promptRef={prompt} />
            ) : (
              <Notice tone="info">
                As a viewer you can watch sessions, not start them. An owner or admin of the team can make you
                a member.
              </Notice>
            )}
          </div>
        </div>
      </main>
      {archive.dialog}
    </div>
  );
}

'use client';

import type { ReactNode } from 'react';
import { TabTitle } from '../kit/tab-title';
import { useMe } from '../live/live-provider';
import { DefaultsSection } from './defaults-section';
import { Fact, Facts, Section } from './section';
import { TerminalsSection } from './terminals-section';
import { TokensSection } from './tokens-section';

/** Who one is here, what one starts with, and what acts in one's name. */
export function MeScreen({ appearance, notifications }: { appearance: ReactNode; notifications: ReactNode }) {
  const { person, teams } = useMe();
  return (
    <>
      <TabTitle title="Me · Settings" />
      <h1 className="text-xl font-semibold">Me</h1>
      <Section
        title="Profile"
        about="As GitHub told it when you first signed in. Commits that the agent makes for you carry this name and address."
      >
        <Facts>
          <Fact name="Name">{person.name}</Fact>
          <Fact name="Login">{person.login ?? <span className="text-muted">none</span>}</Fact>
          <Fact name="Email for commits">
            {person.email ?? <span className="text-muted">GitHub shows none of yours.</span>}
          </Fact>
          <Fact name={teams.length === 1 ? 'Team' : 'Teams'}>
            {teams.map(({ name, role }) => `${name} (${role})`).join(', ') || (
              <span className="text-muted">none: ask somebody to invite your login.</span>
            )}
          </Fact>
        </Facts>
      </Section>
      <DefaultsSection />
      <Section title="Appearance">{appearance}</Section>
      <Section
        title="Notifications"
        about="From this browser, when something needs you or your prompt is done, and you look elsewhere."
      >
        {notifications}
      </Section>
      <TokensSection />
      <TerminalsSection />
    </>
  );
}

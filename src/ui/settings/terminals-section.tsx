import { Loaded } from './loaded';
import { Section } from './section';
import { TokenList } from './token-list';
import { useTokens } from './use-tokens';

/** Terminals that one let in. */
export function TerminalsSection() {
  const { list } = useTokens();
  return (
    <Section title="Signed-in terminals" about="Each was let in by you, with a code that you compared.">
      <Loaded query={list} lines={2} failure="Your terminals could not be read.">
        {(tokens) => {
          const terminals = tokens.filter(({ kind }) => kind === 'terminal');
          if (terminals.length === 0) {
            return (
              <p className="text-sm text-muted">
                No terminal is signed in as you. Run <code className="font-mono text-xs">dispatch login</code>{' '}
                in one.
              </p>
            );
          }
          return (
            <TokenList
              tokens={terminals}
              revoke="Sign out"
              consequence="The terminal is refused from that moment on. What it started goes on. Run dispatch login there to sign in again."
            />
          );
        }}
      </Loaded>
    </Section>
  );
}

import { Loaded } from './loaded';
import { NewToken } from './new-token';
import { Section } from './section';
import { TokenList } from './token-list';
import { useTokens } from './use-tokens';

/** Tokens for one's own programs. */
export function TokensSection() {
  const { list } = useTokens();
  return (
    <Section
      title="Tokens"
      about="For your own programs: each acts as you through the API and the dispatch command, until it ends or you revoke it."
    >
      <div className="flex flex-col gap-4">
        <NewToken />
        <Loaded query={list} lines={2} failure="Your tokens could not be read.">
          {(tokens) => {
            const personal = tokens.filter(({ kind }) => kind === 'personal');
            if (personal.length === 0) return <p className="text-sm text-muted">You have made no token.</p>;
            return (
              <TokenList
                tokens={personal}
                revoke="Revoke"
                consequence="Programs that use it are refused from that moment on. Nothing brings it back."
              />
            );
          }}
        </Loaded>
      </div>
    </Section>
  );
}

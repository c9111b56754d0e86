import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import { CommandId } from '@/domain/ids';
import { findSession } from '../find-session';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Says what a session may cost, in US dollars, or `none`; without an amount what it cost and may cost. */
export async function budget(
  terminal: Terminal,
  id: string,
  amount: string | undefined,
): Promise<CommandResult> {
  const limitUsd = amount === undefined ? undefined : readAmount(amount);
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  if (limitUsd !== undefined) {
    const commandId = CommandId.parse(randomUUID());
    await api.insist(({ sessions }) => sessions.setBudget.mutate({ sessionId, commandId, limitUsd }));
  }
  const { session } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const { budget: now } = session.state;
  if (!terminal.isJson) {
    const limit = now.limitUsd === null ? 'no limit' : `of $${now.limitUsd.toFixed(2)}`;
    const end = now.stage === 'exhausted' ? ': used up, nothing more starts until it is raised' : '';
    terminal.out(`$${now.spentUsd.toFixed(4)} spent, ${limit}${end}\n`);
  }
  return { json: { sessionId, ...now } };
}

function readAmount(text: string): number | null {
  if (text === 'none') return null;
  const amount = Number(text.replace(/^\$/, ''));
  if (Number.isFinite(amount) && amount > 0 && amount <= 1_000_000) return amount;
  throw new AppError('bad_input', 'A budget is an amount in US dollars, such as 2.50, or “none”.');
}

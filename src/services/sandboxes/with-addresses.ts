import type { NumberedCommand } from '@/domain/wire/bridge';
import type { Deps } from '../deps';

/** Addresses are good for minutes only, so they are made when a command is handed over. */
export function withAddresses(deps: Pick<Deps, 'blobs'>, numbered: NumberedCommand): NumberedCommand {
  const { n, command } = numbered;
  if (command.type !== 'prompt' && command.type !== 'steer') return numbered;
  const attachments = command.attachments.map((attachment) => ({
    ...attachment,
    url: deps.blobs.downloadUrl(attachment.blob.key),
  }));
  return { n, command: { ...command, attachments } };
}

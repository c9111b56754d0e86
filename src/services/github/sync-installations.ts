import { hostedAgeSeconds, keepInstallations, saveInstallation } from '@/db/github-repositories';
import type { Installation } from '@/domain/code-host';
import type { GitHub } from '@/ports/github';
import type { Deps } from '../deps';

/** Webhooks keep the list fresh; whatever they missed is found after so long. */
const HEALED_AFTER_SECONDS = 600;

/** Reads at GitHub where the App is installed and what it was given, and makes our rows say the same. */
export async function syncInstallations(deps: Pick<Deps, 'db'>, github: GitHub): Promise<void> {
  const installations = await github.installations();
  for (const installation of installations) await syncInstallation(deps, github, installation);
  await keepInstallations(
    deps.db,
    installations.map(({ id }) => id),
  );
}

/** The same when the last look is so long ago that a webhook may have been missed. */
export async function healInstallations(deps: Pick<Deps, 'db'>, github: GitHub): Promise<void> {
  const age = await hostedAgeSeconds(deps.db);
  if (age === null || age > HEALED_AFTER_SECONDS) await syncInstallations(deps, github);
}

async function syncInstallation(
  { db }: Pick<Deps, 'db'>,
  github: GitHub,
  installation: Installation,
): Promise<void> {
  // GitHub gives no token for one that its owner suspended.
  const repositories = installation.isSuspended ? [] : await github.repositoriesOf(installation.id);
  await db.$transaction((transaction) => saveInstallation(transaction, installation, repositories));
}

import { z } from 'zod';
import { Effort } from '@/domain/events/session-event';

/** What somebody chose for new sessions on one repository; what is left out they never chose. */
export const KeptChoices = z.object({
  branch: z.string().optional(),
  modelId: z.string().optional(),
  effort: Effort.nullable().optional(),
});
export type KeptChoices = z.infer<typeof KeptChoices>;

/** Reads what was kept; what another version wrote, or nobody, is nothing chosen. */
export function readChoices(text: string): KeptChoices {
  if (text === '') return {};
  try {
    return KeptChoices.parse(JSON.parse(text));
  } catch {
    // Nothing is lost with it but a few clicks.
    return {};
  }
}

interface Offered {
  branches: readonly string[];
  defaultBranch: string;
  models: readonly { id: string; isDefault: boolean; efforts: readonly Effort[] }[];
  preferences: { modelId: string | null; effort: Effort | null };
}

/** What a session would start with. */
export interface Choices {
  branch: string;
  modelId: string | null;
  effort: Effort | null;
}

/**
 * What a new session starts with: what was chosen for this repository before, else what the person prefers, else what
 * the installation and the repository say. What is not to be had any more is no choice.
 */
export function resolveChoices(
  kept: KeptChoices,
  { branches, defaultBranch, models, preferences }: Offered,
): Choices {
  // While the branches are not known yet, what was chosen before is believed.
  const hasBranch = kept.branch !== undefined && (branches.length === 0 || branches.includes(kept.branch));
  const wanted = [kept.modelId, preferences.modelId].map((id) => models.find((model) => model.id === id));
  const model = wanted.find((found) => found !== undefined) ?? models.find(({ isDefault }) => isDefault);
  const effort = kept.effort === undefined ? preferences.effort : kept.effort;
  return {
    branch: hasBranch ? (kept.branch ?? defaultBranch) : defaultBranch,
    modelId: model?.id ?? null,
    effort: effort !== null && model?.efforts.includes(effort) === true ? effort : null,
  };
}

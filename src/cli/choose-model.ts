import { AppError } from '@/domain/errors';
import type { ApiClient } from './api-client';
import { visibleLine } from './print/visible-text';

/** The id of the model that somebody names by its id or its label. Errors: `bad_input`, which lists what there is. */
export async function chooseModel(api: ApiClient, given: string): Promise<string> {
  const models = await api.insist((client) => client.models.list.query());
  const wanted = given.trim().toLowerCase();
  const found = models.find(({ id, label }) => id.toLowerCase() === wanted || label.toLowerCase() === wanted);
  if (found) return found.id;
  const names = models.map(({ id }) => visibleLine(id, 80)).join(', ');
  throw new AppError('bad_input', `There is no model “${visibleLine(given, 60)}” here. There is: ${names}.`);
}

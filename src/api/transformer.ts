import superjson, { type SuperJSONResult } from 'superjson';

/** Nothing of ours nests deeper; what does is left to superjson. */
const MAX_DEPTH = 64;

/**
 * superjson on the wire, which clients read as ever, without its walk over what is JSON already: pages of the log are,
 * and walking a thousand events takes longer than reading them from the database.
 */
export const transformer = {
  serialize: (value: unknown): SuperJSONResult => {
    if (isJson(value, 0)) return { json: value };
    if (!isRecord(value)) return superjson.serialize(value);
    const entries = Object.entries(value);
    const plain = entries.filter(([, item]) => isJson(item, 1));
    if (plain.length === 0) return superjson.serialize(value);
    const { json, ...rest } = superjson.serialize(
      Object.fromEntries(entries.filter(([, item]) => !isJson(item, 1))),
    );
    return { ...rest, json: Object.assign({}, json, Object.fromEntries(plain)) };
  },
  deserialize: (value: SuperJSONResult): unknown => superjson.deserialize(value),
};

type Json = SuperJSONResult['json'];

/** Whether JSON says all of a value: no dates, nothing undefined, no number that it has no word for. */
function isJson(value: unknown, depth: number): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isJsonObject(value, depth));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  return isRecord(value) && Object.values(value).every((item) => isJson(item, depth + 1));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

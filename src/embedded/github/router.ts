import { type TokenOwner } from './emulate-internals';

/** The names after colons in a path, and `rest` for what a `*` at the end stands for. */
type ParamName<Path extends string> = Path extends `${string}:${infer Tail}`
  ? Tail extends `${infer Name}/${infer Next}`
    ? Name | ParamName<`/${Next}`>
    : Tail
  : never;

export interface Call<Name extends string = string> {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<Name | 'rest', string>>;
  /** Whose token came along; undefined for nobody. */
  readonly owner: TokenOwner | undefined;
}

export interface Route {
  /** Answers when method and path fit, else says nothing. */
  answer(call: Omit<Call, 'params'>): Promise<Response> | undefined;
}

/** A route like `route('GET', '/repos/:owner/:repo/tarball/*', handle)`. */
export function route<Path extends string>(
  method: string,
  path: Path,
  handle: (call: Call<ParamName<Path>>) => Promise<Response>,
): Route {
  const source = path.replace(/:(\w+)/g, '(?<$1>[^/]+)').replace(/\*$/, '(?<rest>.+)');
  const pattern = new RegExp(`^${source}$`);
  return {
    answer(call) {
      const match = call.request.method === method ? pattern.exec(call.url.pathname) : null;
      if (!match) return undefined;
      const named = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]);
      // The pattern was built from this very path, so it has a group for each of its names.
      const params = Object.fromEntries(named) as Call<ParamName<Path>>['params'];
      return handle({ ...call, params });
    },
  };
}

/** An error the way GitHub's REST API words one. */
export function refuse(status: number, message: string, errors?: readonly object[]): Response {
  const body = { message, ...(errors ? { errors } : {}), documentation_url: 'https://docs.github.com/rest' };
  return Response.json(body, { status });
}

export const notFound = (): Response => refuse(404, 'Not Found');

/** One page of a list with GitHub's `Link` header: 30 a page, 100 at most. */
export function paginate(
  url: URL,
  list: readonly unknown[],
  wrap = (page: readonly unknown[]): unknown => page,
) {
  const number = (name: string, fallback: number) =>
    Math.max(1, Number(url.searchParams.get(name)) || fallback);
  const perPage = Math.min(number('per_page', 30), 100);
  const page = number('page', 1);
  const headers = new Headers();
  if (page * perPage < list.length) {
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    headers.set('link', `<${next.href}>; rel="next"`);
  }
  return Response.json(wrap(list.slice((page - 1) * perPage, page * perPage)), { headers });
}

import Pusher from 'pusher';
import { z } from 'zod';

const ChannelsAnswer = z.object({
  channels: z.record(z.string(), z.object({ user_count: z.number().int().nonnegative() })),
});
const UsersAnswer = z.object({ users: z.array(z.object({ id: z.coerce.string() })) });

/** The occupied presence channels of a prefix with the number of people on each; null when nobody answers. */
export async function presenceChannels(
  pusher: Pusher,
  prefix: string,
): Promise<{ channel: string; people: number }[] | null> {
  const params = { filter_by_prefix: prefix, info: 'user_count' };
  const answer = ChannelsAnswer.safeParse(await ask(pusher, '/channels', params)).data;
  if (!answer) return null;
  return Object.entries(answer.channels).map(([channel, { user_count }]) => ({
    channel,
    people: user_count,
  }));
}

/** The ids of the people on a presence channel; null when nobody answers. */
export async function peopleOn(pusher: Pusher, channel: string): Promise<string[] | null> {
  const answer = UsersAnswer.safeParse(await ask(pusher, `/channels/${channel}/users`, {})).data;
  return answer ? answer.users.map(({ id }) => id) : null;
}

/** The answer of the HTTP API, undefined when there is none: asking is repeated anyway, by whoever asks. */
async function ask(pusher: Pusher, path: string, params: Record<string, string>): Promise<unknown> {
  try {
    const response = await pusher.get({ path, params });
    return await response.json();
  } catch (error) {
    if (error instanceof Pusher.RequestError || isUnreadable(error)) return undefined;
    throw error;
  }
}

/** The library's fetch says so of an answer that broke off or is no JSON; it exports no class to tell it by. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && error.name === 'FetchError';
}

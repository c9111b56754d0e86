import { z } from 'zod';
import { authorizeSandboxChannel } from '@/services/realtime/authorize-channel';
import { sandboxRoute } from '../sandbox-route';

/** Named as Pusher's clients send them. */
const Subscription = z.object({ socket_id: z.string().max(64), channel_name: z.string().max(200) });

export const POST = sandboxRoute(Subscription, (deps, identity, { socket_id, channel_name }) =>
  authorizeSandboxChannel(deps, identity, { socketId: socket_id, channel: channel_name }),
);

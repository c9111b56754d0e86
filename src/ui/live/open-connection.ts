// The live connection's code is large and nothing waits for it: import this file lazily, through `TabRealtime`.
import Pusher from 'pusher-js';
import { RealtimeConnection } from '@/domain/sync/realtime-connection';
import { pusherOptions, type SignChannel } from '@/domain/sync/realtime-options';
import { browserScheduler } from './browser-scheduler';
import type { RealtimeConfig } from './tab-realtime';

/** Opens the tab's connection to the realtime server. */
export function openConnection({ key, ...address }: RealtimeConfig, sign: SignChannel): RealtimeConnection {
  return new RealtimeConnection(new Pusher(key, pusherOptions(address, sign)), browserScheduler);
}

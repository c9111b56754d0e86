import type { ThreadMessage, Whisper } from '@/domain/chat/thread-message';

/** Where in a workspace, and with whose token. */
export interface ChatPlace {
  token: string;
  channelId: string;
  /** Null outside of threads. */
  threadTs: string | null;
}

/** A message of ours with all that it needs to lead back here. */
export interface OutgoingMessage {
  message: ThreadMessage;
  sessionId: string;
}

/** To one person alone: by the address that came with what they did where there is one, else in the channel. */
export interface WhisperPlace extends ChatPlace {
  userId: string;
  responseUrl: string | null;
}

/** What an installation gave us. */
export interface InstalledWorkspace {
  workspaceId: string;
  name: string;
  botUserId: string;
  botToken: string;
}

/** A chat in whose threads sessions are told. All reject with a `ChatError`. */
export interface Chat {
  /** Posts, and answers how the chat names the message. `key` goes along, so that `find` finds it. */
  post(place: ChatPlace, outgoing: OutgoingMessage): Promise<string>;
  update(place: ChatPlace, ts: string, outgoing: OutgoingMessage): Promise<void>;
  /** Looks for a message of ours by its key, in the thread, or newest first in the channel. */
  find(place: ChatPlace, key: string): Promise<string | null>;
  /** Starts a thread by repeating what somebody asked for by a command, which nobody else can see. */
  postRoot(place: ChatPlace, root: { key: string; userId: string; text: string }): Promise<string>;
  whisper(place: WhisperPlace, whisper: Whisper): Promise<void>;
  /** Puts the file at `url` into the thread, with `key` in its name there. */
  upload(place: ChatPlace, file: { key: string; name: string; url: string }): Promise<string>;
  publishHome(place: { token: string; userId: string }, home: Whisper): Promise<void>;
  /** What people call a user there. */
  nameOf(token: string, userId: string): Promise<string>;
  /** Where somebody lets us into their workspace. */
  installUrl(given: { state: string; returnTo: string }): string;
  /** Trades the code that came back. */
  install(given: { code: string; returnTo: string }): Promise<InstalledWorkspace>;
}

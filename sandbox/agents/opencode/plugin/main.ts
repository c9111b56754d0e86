// What OpenCode loads of ours, in its own process: tools that it does not have, and a bug of its own mended. Bundled to
// `plugin.mjs`, without OpenCode's plugin package: neither it nor a schema library need be there (tried with 1.18.33).
import { fileURLToPath } from 'node:url';
import { Screenshots } from './screenshots';

/** The parts of OpenCode's interface for plugins that are used here. */
interface PluginInput {
  directory: string;
}
interface BeforeTool {
  tool: string;
}
interface AnyEvent {
  type: string;
  properties?: { sessionID?: unknown };
}

export const Dispatch = ({ directory }: PluginInput): Promise<object> => {
  const screenshots = new Screenshots(directory, fileURLToPath(new URL('./picture.mjs', import.meta.url)));
  return Promise.resolve({
    /**
     * OpenCode 1.18.33 can't list what it asks while it asks for a fetch without a timeout: `GET /permission` is then a
     * 400 for all asks. A timeout, which is its own default, mends that.
     */
    'tool.execute.before': ({ tool }: BeforeTool, output: { args: Record<string, unknown> }) => {
      if (tool === 'webfetch') output.args['timeout'] ??= 30;
      return Promise.resolve();
    },
    event: ({ event }: { event: AnyEvent }) => {
      const session = event.properties?.sessionID;
      if (event.type === 'session.idle' && typeof session === 'string') screenshots.turnEnded(session);
      return Promise.resolve();
    },
    tool: { screenshot: screenshots.tool() },
  });
};

import { asksRouter } from './routers/asks';
import { authRouter } from './routers/auth';
import { commentsRouter } from './routers/comments';
import { diffRouter } from './routers/diff';
import { eventsRouter } from './routers/events';
import { filesRouter } from './routers/files';
import { modelsRouter } from './routers/models';
import { portsRouter } from './routers/ports';
import { preferencesRouter } from './routers/preferences';
import { promptsRouter } from './routers/prompts';
import { pullRequestsRouter } from './routers/pull-requests';
import { realtimeRouter } from './routers/realtime';
import { repositoriesRouter } from './routers/repositories';
import { sessionsRouter } from './routers/sessions';
import { slackRouter } from './routers/slack';
import { systemRouter } from './routers/system';
import { teamsRouter } from './routers/teams';
import { tokensRouter } from './routers/tokens';
import { turnsRouter } from './routers/turns';
import { uploadsRouter } from './routers/uploads';
import { createCallerFactory, router } from './trpc';

export const appRouter = router({
  asks: asksRouter,
  auth: authRouter,
  comments: commentsRouter,
  diff: diffRouter,
  events: eventsRouter,
  files: filesRouter,
  models: modelsRouter,
  ports: portsRouter,
  preferences: preferencesRouter,
  prompts: promptsRouter,
  pullRequests: pullRequestsRouter,
  realtime: realtimeRouter,
  repositories: repositoriesRouter,
  sessions: sessionsRouter,
  slack: slackRouter,
  system: systemRouter,
  teams: teamsRouter,
  tokens: tokensRouter,
  turns: turnsRouter,
  uploads: uploadsRouter,
});

/** All that the web and the terminal know of the server, as a type. */
export type AppRouter = typeof appRouter;

/** Calls procedures in the same process: server components, and tests. */
export const createCaller = createCallerFactory(appRouter);

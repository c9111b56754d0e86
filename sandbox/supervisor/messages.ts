import { z } from 'zod';

/**
 * What supervisor and bridge say to each other over Node's channel between a process and its child. The agent is
 * the supervisor's child, so that a bridge that dies does not take a running turn with it.
 */

/** How to start the agent: a whole environment, nothing is inherited. */
export const AgentLaunch = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  port: z.number().int(),
  password: z.string(),
});
export type AgentLaunch = z.infer<typeof AgentLaunch>;

/** A started agent. `runId` names this run of it; a restart has another. */
export const RunningAgent = z.object({
  runId: z.uuid(),
  pid: z.number().int(),
  port: z.number().int(),
  password: z.string(),
});
export type RunningAgent = z.infer<typeof RunningAgent>;

export const ToSupervisor = z.discriminatedUnion('type', [
  /** First message of every bridge; answered with `welcome`. */
  z.object({ type: z.literal('hello') }),
  /** Answered with `agent-started` or `agent-exited`, after a back-off if the last one died. */
  z.object({ type: z.literal('start-agent'), runId: z.uuid(), launch: AgentLaunch }),
  /** Kills it with all that it started; answered with `agent-exited`. */
  z.object({ type: z.literal('stop-agent'), runId: z.uuid() }),
]);
export type ToSupervisor = z.infer<typeof ToSupervisor>;

export const FromSupervisor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), agent: RunningAgent.nullable() }),
  z.object({ type: z.literal('agent-started'), agent: RunningAgent }),
  z.object({ type: z.literal('agent-exited'), runId: z.uuid(), detail: z.string() }),
]);
export type FromSupervisor = z.infer<typeof FromSupervisor>;

/** The bridge ends because nobody wants this sandbox any more: the supervisor ends too, with success. */
export const EXIT_WANTED = 0;
/** Another life owns the session, or none does (sysexits' EX_CONFIG): a restart could not help. */
export const EXIT_FENCED = 78;

/** Variable that marks every process which an agent started, whatever group or session it went to. */
export const AGENT_RUN_VARIABLE = 'DISPATCH_AGENT_RUN';

/** First argument of the bridge's bundle when it runs as the model proxy, a process of its own. */
export const MODEL_PROXY_ROLE = 'model-proxy';

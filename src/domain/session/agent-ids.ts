import type { PromptId, TurnId } from '../ids';

/**
 * OpenCode orders messages by id: `msg_` and `prt_` with twelve hex digits of time (milliseconds times 4,096, cut
 * to 48 bits) and fourteen more characters. The rest comes from the id of the turn, or of what was said to it, so that
 * an attempt has one pair.
 */
export function mintAgentIds(
  nowMs: number,
  id: TurnId | PromptId,
): { messageId: string; textPartId: string } {
  const time = ((BigInt(nowMs) * 0x1000n) & 0xffff_ffff_ffffn).toString(16).padStart(12, '0');
  const rest = id.replaceAll('-', '').slice(0, 14);
  return { messageId: `msg_${time}${rest}`, textPartId: `prt_${time}${rest}` };
}

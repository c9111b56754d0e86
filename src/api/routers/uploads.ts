import { z } from 'zod';
import { SessionId } from '@/domain/ids';
import { MAX_ATTACHMENT_BYTES, requestAttachment } from '@/services/sessions/request-attachment';
import { personProcedure, router } from '../trpc';

const AttachmentInput = z.object({
  /** May be that of a session which is about to be opened. */
  sessionId: SessionId,
  mime: z.string().max(100),
  sizeBytes: z.number().int().positive().max(MAX_ATTACHMENT_BYTES),
});

export const uploadsRouter = router({
  /** Where one file that goes with a prompt is put, with one PUT past the app. */
  request: personProcedure
    .input(AttachmentInput)
    .mutation(({ ctx, input }) => requestAttachment(ctx.deps, ctx.caller, input)),
});

import { z } from 'zod';
import { MAX_ATTACHMENT_BYTES } from '@/domain/events/session-event';
import { BlobKey, SessionId } from '@/domain/ids';
import { readAddresses } from '@/services/sessions/read-addresses';
import { requestAttachment } from '@/services/sessions/request-attachment';
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

  /** Where objects of a session are read: files of prompts, long tool output, patches. Good for ten minutes. */
  addresses: personProcedure
    .input(z.object({ sessionId: SessionId, keys: z.array(BlobKey).max(100) }))
    .query(({ ctx, input }) => readAddresses(ctx.deps, ctx.caller, input)),
});

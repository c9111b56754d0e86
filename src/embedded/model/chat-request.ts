import { z } from 'zod';

const contentPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const content = z.union([z.string(), z.array(contentPart)]).nullish();

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().optional(),
        function: z.looseObject({ name: z.string(), arguments: z.string() }),
      }),
    )
    .optional(),
});

const toolSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string(),
    parameters: z
      .looseObject({
        properties: z.record(z.string(), z.unknown()).optional(),
        required: z.array(z.string()).optional(),
      })
      .optional(),
  }),
});

/** The part of a chat-completions request that a stand-in or scripted model reads. */
export const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema),
  tools: z.array(toolSchema).optional(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;
export type ChatMessage = z.infer<typeof messageSchema>;
export type ChatTool = z.infer<typeof toolSchema>;

/** The text of a message, its parts joined by line breaks; pictures and files are left out. */
export const textOf = (message: ChatMessage): string => {
  if (message.content === null || message.content === undefined) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content
    .flatMap((part) => (part.type === 'text' && part.text !== undefined ? [part.text] : []))
    .join('\n');
};

/** The text of the last thing that a person wrote, or nothing. */
export const lastUserText = (messages: readonly ChatMessage[]): string => {
  const last = messages.findLast((message) => message.role === 'user');
  return last === undefined ? '' : textOf(last);
};

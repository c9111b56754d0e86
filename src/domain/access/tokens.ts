import { z } from 'zod';

/** How a token came about: a terminal that signed in, or a person who made one for their programs. */
export const TokenKind = z.enum(['terminal', 'personal']);
export type TokenKind = z.infer<typeof TokenKind>;

/** For how many days a personal token may be made to work. */
export const TOKEN_LIVES_DAYS = [7, 30, 90, 365] as const;

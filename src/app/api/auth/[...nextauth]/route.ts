import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { authOptions } from '@/app/auth-options';

interface RouteContext {
  params: Promise<{ nextauth: string[] }>;
}

/** next-auth answers this whole subtree; its types say nothing of what it answers with. */
async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  return (await NextAuth(request, context, authOptions())) as Response;
}

export { handle as GET, handle as POST };

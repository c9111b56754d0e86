import { notFound } from 'next/navigation';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { ForbiddenScreen } from '@/ui/session/forbidden-screen';
import { SessionScreen } from '@/ui/session/session-screen';
import { serverApi, signedIn } from '../../../signed-in';

interface SessionPageProps {
  params: Promise<{ sessionId: string }>;
}

/** The session's head and the end of its log, for the person who asks. */
async function readPage(id: string) {
  const caller = await signedIn(`/s/${encodeURIComponent(id)}`);
  const sessionId = SessionId.safeParse(id);
  if (!sessionId.success) notFound();
  try {
    const page = await serverApi(caller).api.sessions.get({ sessionId: sessionId.data });
    return { page, refusal: null };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    if (cause instanceof AppError && cause.code === 'not_found') notFound();
    if (cause instanceof AppError && cause.code === 'forbidden')
      return { page: null, refusal: cause.message };
    throw error;
  }
}

export default async function SessionPage({ params }: SessionPageProps) {
  const { page, refusal } = await readPage((await params).sessionId);
  if (!page) return <ForbiddenScreen message={refusal} />;
  return <SessionScreen key={page.session.id} page={page} />;
}

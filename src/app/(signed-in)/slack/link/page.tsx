import { LinkScreen } from '@/ui/slack/link-screen';
import { signedIn } from '../../../signed-in';

export default async function SlackLinkPage({
  searchParams,
}: {
  searchParams: Promise<{ code?: string | string[] }>;
}) {
  const { code } = await searchParams;
  const given = typeof code === 'string' ? code : '';
  await signedIn(`/slack/link?code=${encodeURIComponent(given)}`);
  return <LinkScreen code={given} />;
}

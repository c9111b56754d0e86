import { redirect } from 'next/navigation';
import { container } from '@/container';
import { SigninScreen } from '@/ui/signin/signin-screen';
import { currentCaller } from '../signed-in';

interface Search {
  callbackUrl?: string | string[];
  error?: string | string[];
}

/** A path of this app and nothing else, whatever the address says. */
function pathOf(address: string): string {
  const base = container().env.APP_URL;
  if (!URL.canParse(address, base)) return '/';
  const { origin, pathname, search } = new URL(address, base);
  return origin === new URL(base).origin ? `${pathname}${search}` : '/';
}

export default async function SigninPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { callbackUrl, error } = await searchParams;
  const path = typeof callbackUrl === 'string' ? pathOf(callbackUrl) : '/';
  if (await currentCaller()) redirect(path);
  return <SigninScreen callbackUrl={path} error={typeof error === 'string' ? error : null} />;
}

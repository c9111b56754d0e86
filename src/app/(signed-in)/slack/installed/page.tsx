import { InstalledScreen } from '@/ui/slack/installed-screen';
import { signedIn } from '../../../signed-in';

export default async function SlackInstalledPage() {
  await signedIn('/slack/installed');
  return <InstalledScreen />;
}

import { HealthScreen } from '@/ui/settings/health-screen';
import { signedIn } from '../../../signed-in';

/** Looked at by the browser: a part that is ill takes its time, and the page must not. */
export default async function HealthPage() {
  await signedIn('/settings/health');
  return <HealthScreen />;
}

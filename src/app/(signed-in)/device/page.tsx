import { DeviceScreen } from '@/ui/device/device-screen';
import { signedIn } from '../../signed-in';

export default async function DevicePage({
  searchParams,
}: {
  searchParams: Promise<{ code?: string | string[] }>;
}) {
  const { code } = await searchParams;
  const userCode = typeof code === 'string' ? code : '';
  await signedIn(userCode === '' ? '/device' : `/device?code=${encodeURIComponent(userCode)}`);
  return <DeviceScreen userCode={userCode} />;
}

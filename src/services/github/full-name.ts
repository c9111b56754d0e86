const NAME = /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/;

/** `acme/web` of an address at GitHub, or of the bare name; null for an address of anything else. */
export function fullNameAt(githubUrl: string, address: string): string | null {
  const path = address.startsWith(`${githubUrl}/`) ? address.slice(githubUrl.length + 1) : address;
  const name = path.replace(/\/+$/, '').replace(/\.git$/, '');
  return NAME.test(name) ? name : null;
}

import type { NextConfig } from 'next';

/** Headers of every answer. The content security policy is made per request, in `src/proxy.ts`. */
const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
];

export default {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  serverExternalPackages: ['pusher', 'next-auth', '@slack/bolt', '@slack/web-api'],
  headers: () => Promise.resolve([{ source: '/:path*', headers: SECURITY_HEADERS }]),
} satisfies NextConfig;

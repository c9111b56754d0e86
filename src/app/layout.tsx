import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { parseTheme, type Theme, THEME_COOKIE, themeAttribute } from '@/ui/theme/themes';
import './globals.css';

/** Titles are drawn by the screens, which know what goes on in them. */
export const metadata: Metadata = {
  description: 'Coding agents that a team works with, in one place.',
  robots: { index: false },
};

/** What browsers colour around the page: the page's own background. */
const PAPER = { light: '#f9fafb', dark: '#111317', 'contrast-light': '#ffffff', 'contrast-dark': '#000000' };

async function chosenTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await chosenTheme();
  const themeColor =
    theme === 'system'
      ? [
          { media: '(prefers-color-scheme: light)', color: PAPER.light },
          { media: '(prefers-color-scheme: dark)', color: PAPER.dark },
        ]
      : PAPER[theme];
  return { width: 'device-width', initialScale: 1, themeColor };
}

/** Reading the cookie keeps every page to its own request, which the nonce in its policy needs as well. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await chosenTheme();
  return (
    <html
      lang="en"
      data-theme={themeAttribute(theme)}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body className="font-sans text-base antialiased">{children}</body>
    </html>
  );
}

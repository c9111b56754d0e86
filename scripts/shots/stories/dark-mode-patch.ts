import type { FileChange } from '@/domain/events/session-event';

/** A change as git writes it: a new file, edits with long lines, a renamed and a binary file. */
export const DARK_MODE_PATCH = `diff --git a/src/hooks/use-theme.ts b/src/hooks/use-theme.ts
new file mode 100644
index 0000000..3b18e51
--- /dev/null
+++ b/src/hooks/use-theme.ts
@@ -0,0 +1,12 @@
+import { useState } from 'react';
+
+export type Theme = 'light' | 'dark' | 'system';
+
+/** What somebody chose, kept over reloads; the system's until then. */
+export function useTheme(): [Theme, (theme: Theme) => void] {
+  const [theme, setTheme] = useState<Theme>(() => readTheme() ?? 'system');
+  return [theme, (next) => keep(next, setTheme)];
+}
+
+const readTheme = (): Theme | null => localStorage.getItem('theme') as Theme | null;
+const keep = (theme: Theme, set: (theme: Theme) => void) => (localStorage.setItem('theme', theme), set(theme));
diff --git a/src/pages/settings.tsx b/src/pages/settings.tsx
index 9daeafb..1c2d3e4 100644
--- a/src/pages/settings.tsx
+++ b/src/pages/settings.tsx
@@ -1,14 +1,20 @@ export function Settings()
 import { LanguageChoice } from '../parts/language-choice';
-import { Page } from '../parts/page';
+import { Page, Section } from '../parts/page';
+import { useTheme } from '../hooks/use-theme';
 
 /** What somebody can choose for themselves. */
 export function Settings() {
-  const theme = 'light';
+  const [theme, setTheme] = useTheme();
   return (
-    <Page title="Settings" theme={theme}>
+    <Page title="Settings" theme={theme} description="Everything here is kept in this browser and is seen by nobody else on the team.">
       <LanguageChoice />
+      <Section title="Appearance">
+        <label>
+          <input type="checkbox" checked={theme === 'dark'} onChange={() => setTheme(theme === 'dark' ? 'light' : 'dark')} />
+          Dark mode
+        </label>
+      </Section>
     </Page>
   );
 }
diff --git a/src/styles/theme.css b/src/styles/theme.css
index 5716ca5..f2ad6c7 100644
--- a/src/styles/theme.css
+++ b/src/styles/theme.css
@@ -2,6 +2,11 @@
   --ink: #1c1f24;
   --paper: #ffffff;
 }
+
+:root[data-theme='dark'] {
+  --ink: #eceef2;
+  --paper: #15171c;
+}
 
 body {
   color: var(--ink);
diff --git a/docs/look.md b/docs/appearance.md
similarity index 100%
rename from docs/look.md
rename to docs/appearance.md
diff --git a/public/moon.png b/public/moon.png
new file mode 100644
index 0000000..8f7fd9a
Binary files /dev/null and b/public/moon.png differ
`;

const change = (
  path: string,
  status: FileChange['status'],
  [additions, deletions]: readonly [number, number],
): FileChange => ({ path, status, additions, deletions, binary: path.endsWith('.png') });

export const DARK_MODE_FILES: readonly FileChange[] = [
  change('src/hooks/use-theme.ts', 'added', [12, 0]),
  change('src/pages/settings.tsx', 'modified', [10, 3]),
  change('src/styles/theme.css', 'modified', [5, 0]),
  change('docs/appearance.md', 'renamed', [0, 0]),
  change('public/moon.png', 'added', [0, 0]),
];

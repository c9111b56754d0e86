#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine` where that binary can't be downloaded (see prisma.config.ts).
// Prisma spawns one executable file; the program itself is TypeScript, in the folder of the same name.
import { register } from 'tsx/esm/api';

register();
await import('./prisma-schema-engine/main.ts');

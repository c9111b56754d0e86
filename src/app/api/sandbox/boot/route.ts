import { z } from 'zod';
import { boot } from '@/services/sandboxes/boot';
import { sandboxRoute } from '../sandbox-route';

export const POST = sandboxRoute(z.object({}), boot);

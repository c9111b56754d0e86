import { z } from 'zod';
import { mintReadToken } from '@/services/github/mint-read-token';
import { sandboxRoute } from '../sandbox-route';

export const POST = sandboxRoute(z.object({}), mintReadToken);

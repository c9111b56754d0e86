import { ReadReport } from '@/domain/wire/reads';
import { takeAnswer } from '@/services/files/take-answer';
import { sandboxRoute } from '../sandbox-route';

export const POST = sandboxRoute(ReadReport, takeAnswer);

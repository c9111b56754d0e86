import { UploadRequest } from '@/domain/wire/bridge';
import { requestUpload } from '@/services/sandboxes/request-upload';
import { sandboxRoute } from '../sandbox-route';

export const POST = sandboxRoute(UploadRequest, requestUpload);

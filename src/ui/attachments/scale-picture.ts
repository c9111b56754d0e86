import { RefusedFileError } from './attached-file';

/** The longer side that a picture is scaled down to: models see no more of it, and charge for what is beyond. */
const MAX_PICTURE_SIDE = 1_568;
const THUMBNAIL_SIDE = 96;
/** Providers take 5 MB of base64 in one picture; a larger one is written as JPEG. */
const MAX_PICTURE_BYTES = 3_500_000;
const JPEG_QUALITY = 0.9;
const THUMBNAIL_QUALITY = 0.7;

export interface ScaledPicture {
  content: Blob;
  thumbnail: string;
}

/**
 * Draws a picture anew, at most 1,568 px on its longer side and turned the right way up: whatever else was in the
 * file, such as where it was taken, does not go on. The first frame of one that moves. Rejects with a
 * `RefusedFileError` when this browser can't read it.
 */
export async function scalePicture(file: Blob): Promise<ScaledPicture> {
  const bitmap = await createImageBitmap(file).catch((error: unknown) => {
    throw new RefusedFileError('This picture can’t be read here. Save it as PNG or JPEG and attach that.', {
      cause: error,
    });
  });
  try {
    const thumbnail = draw(bitmap, THUMBNAIL_SIDE, '#fff').toDataURL('image/jpeg', THUMBNAIL_QUALITY);
    return { content: await encode(bitmap, file.type), thumbnail };
  } finally {
    bitmap.close();
  }
}

async function encode(bitmap: ImageBitmap, mime: string): Promise<Blob> {
  if (mime !== 'image/jpeg') {
    const png = await toBlob(draw(bitmap, MAX_PICTURE_SIDE, null), 'image/png');
    if (png.size <= MAX_PICTURE_BYTES) return png;
  }
  return toBlob(draw(bitmap, MAX_PICTURE_SIDE, '#fff'), 'image/jpeg');
}

function draw(bitmap: ImageBitmap, maxSide: number, ground: string | null): HTMLCanvasElement {
  const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new RefusedFileError('This browser draws no pictures, so none can be scaled here.');
  context.imageSmoothingQuality = 'high';
  if (ground !== null) {
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function toBlob(canvas: HTMLCanvasElement, mime: 'image/png' | 'image/jpeg'): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new RefusedFileError('This picture could not be scaled.'));
      },
      mime,
      JPEG_QUALITY,
    );
  });
}

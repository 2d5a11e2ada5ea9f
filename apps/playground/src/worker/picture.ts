import { GradcamError, type Pixels, resizePixels } from '@gradcam/onnx';

/** A picture as the model gets it, and as it is shown. */
export interface Picture {
  readonly whole: Pixels;
  readonly shown: Pixels;
}

/** Sharp on screens of two pixels per point, and quick to paint. */
const SHOWN_SIDE = 960;
/** Above this a canvas cannot be relied upon. */
const MOST_PIXELS = 64_000_000;

/** A picture file, decoded by the browser and turned as its EXIF data say. @throws GradcamError `bad-picture` */
export async function readPicture(blob: Blob): Promise<Picture> {
  const name = blob instanceof File ? blob.name : 'the picture';
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' }).catch(() => {
    throw new GradcamError(
      'bad-picture',
      `${name} is no picture that this browser can read; expected a PNG, JPEG, WebP, GIF, BMP or AVIF file`,
    );
  });
  const { width, height } = bitmap;
  try {
    if (width * height > MOST_PIXELS) {
      throw new GradcamError(
        'bad-picture',
        `${name} has ${width} x ${height} pixels; expected at most ${MOST_PIXELS / 1e6} million: make it smaller`,
      );
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new GradcamError('bad-picture', 'this browser gives no canvas to read the picture with');
    context.drawImage(bitmap, 0, 0);
    const whole = context.getImageData(0, 0, width, height);
    const by = Math.min(1, SHOWN_SIDE / Math.max(width, height));
    const shown =
      by < 1 ? resizePixels(whole, Math.max(1, Math.round(by * width)), Math.max(1, Math.round(by * height))) : whole;
    return { whole, shown };
  } finally {
    bitmap.close();
  }
}

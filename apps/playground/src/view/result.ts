import type { Size } from '@gradcam/onnx';
import type { Explained } from '../protocol.ts';
import { probe } from './probe.ts';
import { describePicture, showSeen } from './stage.ts';
import { describe, describeNothing } from './words.ts';

/** What is seen and said of a picture, beside its pixels; null where nothing could be explained. */
export function showResult(explained: Explained | null, className: string, picture: Size): void {
  if (!explained) {
    describeNothing();
    describePicture('The picture');
    probe(undefined);
    showSeen(null, picture);
    return;
  }
  const { explanation, frame } = explained;
  describe(explained, className);
  describePicture(`The picture, with what speaks for ${className} by ${explanation.method}`);
  probe({ map: explanation.map, frame, picture });
  showSeen(frame, picture);
}

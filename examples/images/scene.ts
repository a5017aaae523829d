import { drawBackdrop, type BackdropName } from './backdrop.js';
import { type Drawing, SOFT_DEFS } from './paint.js';
import { toSeed } from './random.js';

export interface ExampleImage {
  /** Path in the example shop. The extension determines the format. */
  path: string;
  width: number;
  height: number;
  drawing: Drawing;
  /** Additional frames of an animation. */
  frames?: Drawing[];
  backdrop: BackdropName;
  /** Color of the wall or the paper, `#rrggbb`. */
  color: string;
  /** Section of the drawing: its center and the length of its shorter side, in drawing units. */
  crop?: { x: number; y: number; side: number };
  /** Stores the image as an upright phone does: with rotated pixels, EXIF orientation and GPS position. */
  isStoredRotated?: boolean;
  /** Compresses the image strongly, so it is already small. */
  isAlreadySmall?: boolean;
}

const FULL_CROP = { x: 500, y: 495, side: 880 };

export function renderSceneSvg(image: ExampleImage, drawing: Drawing): string {
  const { width, height, color } = image;
  const { x, y, side } = image.crop ?? FULL_CROP;
  const unit = side / Math.min(width, height);
  const [viewWidth, viewHeight] = [width * unit, height * unit];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x - viewWidth / 2} ${y - viewHeight / 2} ${viewWidth} ${viewHeight}">
    <defs>${SOFT_DEFS}${drawing.defs}</defs>
    ${drawBackdrop(image.backdrop, color, toSeed(image.path))}
    ${drawing.body}
  </svg>`;
}

import { backdrop, type BackdropName } from './backdrop.js';
import { type Drawing, SOFT_DEFS } from './paint.js';
import { seedFromName } from './random.js';

export interface Picture {
  /** Path in the example shop. The suffix decides the format. */
  path: string;
  width: number;
  height: number;
  drawing: Drawing;
  /** Further frames of an animation. */
  frames?: Drawing[];
  backdrop: BackdropName;
  /** Color of the wall or the paper, `#rrggbb`. */
  color: string;
  /** Section of the drawing: its center and the length of its shorter side, in the drawing's units. */
  crop?: { x: number; y: number; side: number };
  /** Saved like a phone held upright: rotated pixels, EXIF orientation and GPS position. */
  storeRotated?: boolean;
  /** An image that is strongly compressed already. */
  tiny?: boolean;
}

const WHOLE = { x: 500, y: 495, side: 880 };

export function sceneSvg(picture: Picture, drawing: Drawing): string {
  const { width, height, color } = picture;
  const { x, y, side } = picture.crop ?? WHOLE;
  const unit = side / Math.min(width, height);
  const [across, down] = [width * unit, height * unit];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x - across / 2} ${y - down / 2} ${across} ${down}">
    <defs>${SOFT_DEFS}${drawing.defs}</defs>
    ${backdrop(picture.backdrop, color, seedFromName(picture.path))}
    ${drawing.body}
  </svg>`;
}

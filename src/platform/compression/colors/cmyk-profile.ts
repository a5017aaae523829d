import { createLutProfile } from './lut-profile.js';

let cachedProfile: Buffer | undefined;

/**
 * Returns a profile that converts CMYK as browsers do for an image without a profile: red, green and
 * blue are each (1 - ink) (1 - black), in sRGB.
 */
export function getCmykProfile(): Buffer {
  cachedProfile ??= createLutProfile({
    name: 'CMYK by subtraction',
    space: 'CMYK',
    channels: 4,
    // Interpolated colors are off by at most 0.4%.
    gridPoints: 9,
    getColor: ([cyan, magenta, yellow, black]) => [
      (1 - cyan) * (1 - black),
      (1 - magenta) * (1 - black),
      (1 - yellow) * (1 - black),
    ],
  });
  return cachedProfile;
}

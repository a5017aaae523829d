import { lutProfile } from './lut-profile.js';

let profile: Buffer | undefined;

/**
 * CMYK as browsers show it without a profile: each of red, green and blue is (1 - ink) (1 - black), in
 * sRGB.
 */
export function naiveCmykProfile(): Buffer {
  profile ??= lutProfile({
    name: 'CMYK by subtraction',
    space: 'CMYK',
    channels: 4,
    // Between the grid points, colors differ by at most 0.4 %.
    gridPoints: 9,
    colorOf: ([cyan, magenta, yellow, black]) => [
      (1 - cyan) * (1 - black),
      (1 - magenta) * (1 - black),
      (1 - yellow) * (1 - black),
    ],
  });
  return profile;
}

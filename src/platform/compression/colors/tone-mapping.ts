/** Luminance that a display shows as white, in nits (ITU-R BT.2408). */
export const REFERENCE_WHITE_NITS = 203;
/** Default peak luminance, in nits: the usual mastering level. */
export const DEFAULT_PEAK_NITS = 1000;

/** Position of the curve's bend between two knots (SMPTE ST 2094-50). */
const KAPPA = 0.65;

/**
 * Compresses light above white into the range up to white, as Chromium and Skia do. Uses the reference white tone
 * mapping operator (SMPTE ST 2094-50) for a display without headroom.
 *
 * @param peak peak luminance of the content in nits
 * @returns the factor for a color whose largest component is `light`; 1 is white
 */
export function computeToneMappingGain(light: number, peak: number): number {
  const peakRatio = Math.max(1, peak / REFERENCE_WHITE_NITS);
  const headroom = Math.log2(peakRatio) / Math.log2(DEFAULT_PEAK_NITS / REFERENCE_WHITE_NITS);
  const knee = 1 - 0.5 * Math.min(headroom, 1);
  if (light <= 1) return knee;
  if (light >= peakRatio) return 1 / light;
  return evaluateBezier(light, knee, peakRatio) / light;
}

/** Evaluates the quadratic Bezier curve from white, which maps to `knee`, to the peak, which maps to white. */
function evaluateBezier(light: number, knee: number, peakRatio: number): number {
  const middle = 1 - KAPPA + KAPPA / knee;
  const middleOutput = (1 - KAPPA) * knee + KAPPA;
  const [a, b, c] = [1 - 2 * middle + peakRatio, 2 * (middle - 1), 1 - light];
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  const t = Math.abs(a) < 1e-9 ? -c / b : (root - b) / (2 * a);
  return (1 - t) ** 2 * knee + 2 * (1 - t) * t * middleOutput + t * t;
}

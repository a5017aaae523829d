export type Vector = readonly [number, number, number];
/** Rows of 3 x 3 numbers. */
export type Matrix = readonly [Vector, Vector, Vector];

export const multiplyVector = (m: Matrix, v: Vector): Vector => [
  dot(m[0], v),
  dot(m[1], v),
  dot(m[2], v),
];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const transposeMatrix = ([a, b, c]: Matrix): Matrix => [
  [a[0], b[0], c[0]],
  [a[1], b[1], c[1]],
  [a[2], b[2], c[2]],
];

/** @returns undefined for a matrix without an inverse */
export function invertMatrix([a, b, c]: Matrix): Matrix | undefined {
  const determinant = dot(a, cross(b, c));
  if (Math.abs(determinant) < 1e-9) return undefined;
  const scaleVector = (vector: Vector): Vector => [
    vector[0] / determinant,
    vector[1] / determinant,
    vector[2] / determinant,
  ];
  return transposeMatrix([
    scaleVector(cross(b, c)),
    scaleVector(cross(c, a)),
    scaleVector(cross(a, b)),
  ]);
}

import * as fc from 'fast-check';

/** One way to damage a file, at a relative position from 0 to 1. */
export type Mutation = (bytes: Buffer) => Buffer;

const at = (bytes: Buffer, position: number) =>
  Math.floor(position * Math.max(0, bytes.length - 1));
const position = fc.double({ min: 0, max: 1, noNaN: true });
/** Headers contain sizes, offsets and counts. */
const anywhere = fc.oneof(
  position,
  position.map((value) => value ** 4),
);
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

const flipped = fc.tuple(anywhere, fc.nat(7)).map(([where, bit]): Mutation => (bytes) => {
  bytes[at(bytes, where)] ^= 1 << bit;
  return bytes;
});

const replaced = fc
  .tuple(
    anywhere,
    fc.oneof(fc.constantFrom(...INTERESTING), fc.nat(255)),
    fc.integer({ min: 1, max: 8 }),
  )
  .map(([where, value, length]): Mutation => (bytes) => {
    const from = at(bytes, where);
    bytes.subarray(from, from + length).fill(value);
    return bytes;
  });

const removed = fc
  .tuple(anywhere, fc.integer({ min: 1, max: 64 }))
  .map(([where, length]): Mutation => (bytes) => {
    const from = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  });

const repeated = fc
  .tuple(anywhere, fc.integer({ min: 1, max: 64 }))
  .map(([where, length]): Mutation => (bytes) => {
    const from = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
  });

const truncated = position.map(
  (where): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(bytes, where)),
);

const filled = fc
  .tuple(anywhere, fc.uint8Array({ minLength: 1, maxLength: 200 }))
  .map(([where, noise]): Mutation => (bytes) => {
    const from = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, from), noise, bytes.subarray(from + noise.length)]);
  });

/** Several kinds of damage, one after the other. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: flipped },
    { weight: 4, arbitrary: replaced },
    removed,
    repeated,
    truncated,
    filled,
  ),
  { minLength: 1, maxLength: 6 },
);

export const mutated = (original: Buffer, steps: Mutation[]): Buffer =>
  steps.reduce<Buffer>((bytes, step) => step(bytes), Buffer.from(original));

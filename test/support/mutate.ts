import * as fc from 'fast-check';

/** One way to damage a file, at a relative position from 0 to 1. */
export type Mutation = (bytes: Buffer) => Buffer;

const toOffset = (bytes: Buffer, position: number) =>
  Math.floor(position * Math.max(0, bytes.length - 1));
const uniformPosition = fc.double({ min: 0, max: 1, noNaN: true });
/** Favors the start of the file, because headers contain sizes, offsets and counts. */
const biasedPosition = fc.oneof(
  uniformPosition,
  uniformPosition.map((value) => value ** 4),
);
const BOUNDARY_BYTES = [0, 1, 0x7f, 0x80, 0xff];

const bitFlip = fc.tuple(biasedPosition, fc.nat(7)).map(([position, bit]): Mutation => (bytes) => {
  bytes[toOffset(bytes, position)] ^= 1 << bit;
  return bytes;
});

const overwrite = fc
  .tuple(
    biasedPosition,
    fc.oneof(fc.constantFrom(...BOUNDARY_BYTES), fc.nat(255)),
    fc.integer({ min: 1, max: 8 }),
  )
  .map(([position, value, length]): Mutation => (bytes) => {
    const offset = toOffset(bytes, position);
    bytes.subarray(offset, offset + length).fill(value);
    return bytes;
  });

const deletion = fc
  .tuple(biasedPosition, fc.integer({ min: 1, max: 64 }))
  .map(([position, length]): Mutation => (bytes) => {
    const offset = toOffset(bytes, position);
    return Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + length)]);
  });

const repetition = fc
  .tuple(biasedPosition, fc.integer({ min: 1, max: 64 }))
  .map(([position, length]): Mutation => (bytes) => {
    const offset = toOffset(bytes, position);
    return Buffer.concat([bytes.subarray(0, offset + length), bytes.subarray(offset)]);
  });

const truncation = uniformPosition.map(
  (position): Mutation =>
    (bytes) =>
      bytes.subarray(0, toOffset(bytes, position)),
);

const noiseFill = fc
  .tuple(biasedPosition, fc.uint8Array({ minLength: 1, maxLength: 200 }))
  .map(([position, noise]): Mutation => (bytes) => {
    const offset = toOffset(bytes, position);
    return Buffer.concat([bytes.subarray(0, offset), noise, bytes.subarray(offset + noise.length)]);
  });

/** Generates several kinds of damage to apply in order. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: bitFlip },
    { weight: 4, arbitrary: overwrite },
    deletion,
    repetition,
    truncation,
    noiseFill,
  ),
  { minLength: 1, maxLength: 6 },
);

export const applyMutations = (original: Buffer, mutations: Mutation[]): Buffer =>
  mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(original));

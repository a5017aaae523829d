/**
 * The inner loops of SSIMULACRA 2 in AssemblyScript (https://www.assemblyscript.org), with SIMD of 128 bits.
 * `npm run wasm` compiles them to `src/platform/compression/score/ssimulacra2-wasm.ts`.
 *
 * The caller lays out the memory. A plane is a list of rows of 32-bit numbers. The stride of a row is its width,
 * rounded up to a multiple of 4. The numbers between width and stride are finite and have no effect.
 *
 * The C++ reference of SSIMULACRA 2 blurs in 32 bits with fused multiply-adds. Its rounding errors lower the scores
 * of objects on even areas by up to 1.5 points. A product of two 32-bit numbers is exact in 64 bits, so the blur
 * computes in 64 bits and rounds as often as the reference does.
 */

/** Distance from the center up to which a sample of the blur counts. */
const RADIUS: i32 = 4;
/** A blurred value adds the samples at the distances -6 and 4 to the values before it. */
const SPAN: i32 = 2 * RADIUS + 2;
/** Rows that are blurred at once, one in each lane. The output of a group is `RADIUS` rows above its input. */
const GROUP: i32 = 4;
/** Rows in memory that are blurred horizontally: a group, and `SPAN` rows before it in whole groups. */
const RING: i32 = 16;
/** Bytes of four 32-bit numbers. */
const VECTOR: i32 = 16;
/** Bytes of what the recursion remembers of four columns: two values of three cosines, in 64 bits. */
const STATE: i32 = 12 * VECTOR;

/**
 * Factors of the recursion, in 32 bits. The blur is a Gaussian with a standard deviation of 1.5 pixels: the
 * sum of three cosines that are zero from distance 5 on (D. Charalampidis, "Recursive Implementation of the
 * Gaussian Filter Using Truncated Cosine Functions", 2016). The feedback of the third cosine is zero.
 */
const FEEDBACK_1: f64 = 1.9021130800247192;
const FEEDBACK_3: f64 = 1.1755704879760742;
const INPUT_1: f64 = 0.05529523640871048;
const INPUT_3: f64 = -0.0588366873562336;
const INPUT_5: f64 = 0.012955819256603718;

/** Constant of the structural similarity, against a division by zero. */
const C2: f32 = 0.0009;

function strideOf(width: i32): i32 {
  return (width + 3) & ~3;
}

function promoteLow(values: v128): v128 {
  return f64x2.promote_low_f32x4(values);
}

function promoteHigh(values: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(values, values, 2, 3, 2, 3));
}

/** Rounds two 64-bit numbers to 32 bits. */
function round(values: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(values));
}

/** Rounds 2 times 2 numbers to 32 bits. */
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

function nextInRow(input: v128, earlier: v128, feedback: v128, last: v128): v128 {
  return round(f64x2.add(round(f64x2.sub(input, earlier)), f64x2.mul(feedback, last)));
}

function nextInColumn(input: v128, earlier: v128, feedback: v128, last: v128): v128 {
  return round(f64x2.add(input, round(f64x2.sub(f64x2.mul(feedback, last), earlier))));
}

// Parts of the memory that is needed besides planes. `scratch` is its start, `width` that of the plane.

/** A row of zeros, for the rows below a plane. */
function samplesAt(scratch: usize, width: i32): usize {
  return scratch + strideOf(width) * sizeof<f32>();
}

/** Samples of a group of rows by column: zeros, samples, zeros. */
function sumsAt(scratch: usize, width: i32): usize {
  return samplesAt(scratch, width) + (SPAN + strideOf(width) + RADIUS) * VECTOR;
}

/** Blurred samples of a group of rows by column, from `RADIUS` columns before the first one. */
function columnsAt(scratch: usize, width: i32): usize {
  return sumsAt(scratch, width) + (RADIUS + strideOf(width)) * VECTOR;
}

/** Four columns of a group of rows that are blurred in both directions, for up to three planes. */
function ringsAt(scratch: usize, width: i32): usize {
  return columnsAt(scratch, width) + 3 * GROUP * VECTOR;
}

function ringBytes(width: i32): i32 {
  return RING * strideOf(width) * sizeof<f32>();
}

function statesAt(ring: usize, width: i32): usize {
  return ring + ringBytes(width);
}

/** Bytes of a ring of rows and of the state of their columns. */
function blurBytes(width: i32): i32 {
  return ringBytes(width) + (strideOf(width) / 4) * STATE;
}

/** Returns the bytes of `scratch` for planes of a width. */
export function scratchBytes(width: i32): i32 {
  return i32(ringsAt(0, width)) + 3 * blurBytes(width);
}

function rowAt(plane: usize, y: i32, width: i32, height: i32, zeros: usize): usize {
  return y < height ? plane + y * strideOf(width) * sizeof<f32>() : zeros;
}

/** Writes four vectors, one of each row, as four columns. */
function storeTransposed(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<i32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(at, v128.shuffle<i32>(abLow, cdLow, 2, 3, 6, 7), 16);
  v128.store(at, v128.shuffle<i32>(abHigh, cdHigh, 0, 1, 4, 5), 32);
  v128.store(at, v128.shuffle<i32>(abHigh, cdHigh, 2, 3, 6, 7), 48);
}

/** Copies the samples of a group of rows, or their products with another plane if there is one. */
function loadGroup(scratch: usize, a: usize, b: usize, y: i32, width: i32, height: i32): void {
  const a0 = rowAt(a, y, width, height, scratch);
  const a1 = rowAt(a, y + 1, width, height, scratch);
  const a2 = rowAt(a, y + 2, width, height, scratch);
  const a3 = rowAt(a, y + 3, width, height, scratch);
  const first = samplesAt(scratch, width) + SPAN * VECTOR;
  const bytes: usize = strideOf(width) * sizeof<f32>();
  if (b == 0) {
    for (let x: usize = 0; x < bytes; x += VECTOR) {
      storeTransposed(
        first + 4 * x,
        v128.load(a0 + x),
        v128.load(a1 + x),
        v128.load(a2 + x),
        v128.load(a3 + x),
      );
    }
  } else {
    const b0 = rowAt(b, y, width, height, scratch);
    const b1 = rowAt(b, y + 1, width, height, scratch);
    const b2 = rowAt(b, y + 2, width, height, scratch);
    const b3 = rowAt(b, y + 3, width, height, scratch);
    for (let x: usize = 0; x < bytes; x += VECTOR) {
      storeTransposed(
        first + 4 * x,
        f32x4.mul(v128.load(a0 + x), v128.load(b0 + x)),
        f32x4.mul(v128.load(a1 + x), v128.load(b1 + x)),
        f32x4.mul(v128.load(a2 + x), v128.load(b2 + x)),
        f32x4.mul(v128.load(a3 + x), v128.load(b3 + x)),
      );
    }
  }
  // The samples between width and stride.
  memory.fill(first + width * VECTOR, 0, (strideOf(width) - width) * VECTOR);
}

/** Blurs the loaded rows horizontally, and writes them to a ring of rows. */
function blurRows(scratch: usize, ring: usize, y: i32, width: i32): void {
  const feedback1 = f64x2.splat(FEEDBACK_1);
  const feedback3 = f64x2.splat(FEEDBACK_3);
  const input1 = f64x2.splat(INPUT_1);
  const input3 = f64x2.splat(INPUT_3);
  const input5 = f64x2.splat(INPUT_5);
  const zero = f64x2.splat(0);
  let lowLast1 = zero;
  let lowLast3 = zero;
  let lowLast5 = zero;
  let lowEarlier1 = zero;
  let lowEarlier3 = zero;
  let lowEarlier5 = zero;
  let highLast1 = zero;
  let highLast3 = zero;
  let highLast5 = zero;
  let highEarlier1 = zero;
  let highEarlier3 = zero;
  let highEarlier5 = zero;
  const samples = samplesAt(scratch, width);
  const sums = sumsAt(scratch, width);
  const bytes = (RADIUS + width) * VECTOR;
  for (let at = 0; at < bytes; at += VECTOR) {
    const sum = f32x4.add(v128.load(samples + at), v128.load(samples + at, SPAN * VECTOR));
    const low = promoteLow(sum);
    const low1 = nextInRow(f64x2.mul(input1, low), lowEarlier1, feedback1, lowLast1);
    const low3 = nextInRow(f64x2.mul(input3, low), lowEarlier3, feedback3, lowLast3);
    const low5 = round(f64x2.sub(f64x2.mul(input5, low), lowEarlier5));
    const high = promoteHigh(sum);
    const high1 = nextInRow(f64x2.mul(input1, high), highEarlier1, feedback1, highLast1);
    const high3 = nextInRow(f64x2.mul(input3, high), highEarlier3, feedback3, highLast3);
    const high5 = round(f64x2.sub(f64x2.mul(input5, high), highEarlier5));
    lowEarlier1 = lowLast1;
    lowEarlier3 = lowLast3;
    lowEarlier5 = lowLast5;
    lowLast1 = low1;
    lowLast3 = low3;
    lowLast5 = low5;
    highEarlier1 = highLast1;
    highEarlier3 = highLast3;
    highEarlier5 = highLast5;
    highLast1 = high1;
    highLast3 = high3;
    highLast5 = high5;
    v128.store(
      sums + at,
      joined(f64x2.add(f64x2.add(low1, low3), low5), f64x2.add(f64x2.add(high1, high3), high5)),
    );
  }
  const rowBytes: usize = strideOf(width) * sizeof<f32>();
  const row = ring + (y & (RING - 1)) * rowBytes;
  for (let x: usize = 0; x < rowBytes; x += VECTOR) {
    const from = sums + RADIUS * VECTOR + 4 * x;
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(row + x, v128.shuffle<i32>(abLow, cdLow, 0, 1, 4, 5));
    v128.store(row + rowBytes + x, v128.shuffle<i32>(abLow, cdLow, 2, 3, 6, 7));
    v128.store(row + 2 * rowBytes + x, v128.shuffle<i32>(abHigh, cdHigh, 0, 1, 4, 5));
    v128.store(row + 3 * rowBytes + x, v128.shuffle<i32>(abHigh, cdHigh, 2, 3, 6, 7));
  }
}

/** Blurs four columns over a group of rows, from the rows in a ring. */
function blurColumns(ring: usize, output: usize, y: i32, x: i32, width: i32): void {
  const feedback1 = f64x2.splat(FEEDBACK_1);
  const feedback3 = f64x2.splat(FEEDBACK_3);
  const input1 = f64x2.splat(INPUT_1);
  const input3 = f64x2.splat(INPUT_3);
  const input5 = f64x2.splat(INPUT_5);
  const state = statesAt(ring, width) + (x / 4) * STATE;
  let lowLast1 = v128.load(state, 0);
  let lowLast3 = v128.load(state, 16);
  let lowLast5 = v128.load(state, 32);
  let lowEarlier1 = v128.load(state, 48);
  let lowEarlier3 = v128.load(state, 64);
  let lowEarlier5 = v128.load(state, 80);
  let highLast1 = v128.load(state, 96);
  let highLast3 = v128.load(state, 112);
  let highLast5 = v128.load(state, 128);
  let highEarlier1 = v128.load(state, 144);
  let highEarlier3 = v128.load(state, 160);
  let highEarlier5 = v128.load(state, 176);
  const rowBytes: usize = strideOf(width) * sizeof<f32>();
  const column = ring + x * sizeof<f32>();
  for (let row = 0; row < GROUP; row++) {
    const entering = column + ((y + row) & (RING - 1)) * rowBytes;
    const leaving = column + ((y + row - SPAN) & (RING - 1)) * rowBytes;
    const sum = f32x4.add(v128.load(entering), v128.load(leaving));
    const low = promoteLow(sum);
    const low1 = nextInColumn(f64x2.mul(input1, low), lowEarlier1, feedback1, lowLast1);
    const low3 = nextInColumn(f64x2.mul(input3, low), lowEarlier3, feedback3, lowLast3);
    const low5 = round(f64x2.sub(f64x2.mul(input5, low), lowEarlier5));
    const high = promoteHigh(sum);
    const high1 = nextInColumn(f64x2.mul(input1, high), highEarlier1, feedback1, highLast1);
    const high3 = nextInColumn(f64x2.mul(input3, high), highEarlier3, feedback3, highLast3);
    const high5 = round(f64x2.sub(f64x2.mul(input5, high), highEarlier5));
    lowEarlier1 = lowLast1;
    lowEarlier3 = lowLast3;
    lowEarlier5 = lowLast5;
    lowLast1 = low1;
    lowLast3 = low3;
    lowLast5 = low5;
    highEarlier1 = highLast1;
    highEarlier3 = highLast3;
    highEarlier5 = highLast5;
    highLast1 = high1;
    highLast3 = high3;
    highLast5 = high5;
    v128.store(
      output + row * VECTOR,
      joined(f64x2.add(f64x2.add(low1, low3), low5), f64x2.add(f64x2.add(high1, high3), high5)),
    );
  }
  v128.store(state, lowLast1, 0);
  v128.store(state, lowLast3, 16);
  v128.store(state, lowLast5, 32);
  v128.store(state, lowEarlier1, 48);
  v128.store(state, lowEarlier3, 64);
  v128.store(state, lowEarlier5, 80);
  v128.store(state, highLast1, 96);
  v128.store(state, highLast3, 112);
  v128.store(state, highLast5, 128);
  v128.store(state, highEarlier1, 144);
  v128.store(state, highEarlier3, 160);
  v128.store(state, highEarlier5, 176);
}

/**
 * Blurs a plane of the source, and its squares if there is a plane for them.
 *
 * @param means the blurred plane
 * @param squares the blurred squares, or 0
 */
export function blurSource(
  plane: usize,
  width: i32,
  height: i32,
  means: usize,
  squares: usize,
  scratch: usize,
): void {
  memory.fill(scratch, 0, scratchBytes(width));
  const columns = columnsAt(scratch, width);
  const ring = ringsAt(scratch, width);
  const squareRing = ring + blurBytes(width);
  const stride = strideOf(width);
  for (let y = 0; y < height + RADIUS; y += GROUP) {
    loadGroup(scratch, plane, 0, y, width, height);
    blurRows(scratch, ring, y, width);
    if (squares) {
      loadGroup(scratch, plane, plane, y, width, height);
      blurRows(scratch, squareRing, y, width);
    }
    const top = y - RADIUS;
    const rows = top < 0 ? 0 : min(GROUP, height - top);
    for (let x = 0; x < stride; x += 4) {
      blurColumns(ring, columns, y, x, width);
      if (squares) blurColumns(squareRing, columns + GROUP * VECTOR, y, x, width);
      for (let row = 0; row < rows; row++) {
        const to = ((top + row) * stride + x) * sizeof<f32>();
        v128.store(means + to, v128.load(columns + row * VECTOR));
        if (squares) v128.store(squares + to, v128.load(columns + (GROUP + row) * VECTOR));
      }
    }
  }
}

function total(values: v128): f64 {
  return (
    f64(f32x4.extract_lane(values, 0)) +
    f64(f32x4.extract_lane(values, 1)) +
    f64(f32x4.extract_lane(values, 2)) +
    f64(f32x4.extract_lane(values, 3))
  );
}

function addTotal(at: usize, values: v128): void {
  store<f64>(at, load<f64>(at) + total(values));
}

function fourthPower(values: v128): v128 {
  const squares = f32x4.mul(values, values);
  return f32x4.mul(squares, squares);
}

/**
 * Compares a plane with that of the source, and adds the errors to six sums in 64 bits: those of structure (1 - SSIM
 * without the denominator of its luminance term), of edges only in the distorted plane, of edges only in the source,
 * each with the sum of fourth powers.
 *
 * @param squares blurred squares of the source, or 0 if the structure is not compared
 * @param inset pixels at each border that are not compared
 */
export function addErrors(
  source: usize,
  means: usize,
  squares: usize,
  distorted: usize,
  width: i32,
  height: i32,
  inset: i32,
  scratch: usize,
  sums: usize,
): void {
  memory.fill(scratch, 0, scratchBytes(width));
  const columns = columnsAt(scratch, width);
  const ring = ringsAt(scratch, width);
  const squareRing = ring + blurBytes(width);
  const productRing = squareRing + blurBytes(width);
  const squareColumns = columns + GROUP * VECTOR;
  const productColumns = squareColumns + GROUP * VECTOR;
  const stride = strideOf(width);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const c2 = f32x4.splat(C2);
  const firstColumn = i32x4.splat(inset);
  const lastColumn = i32x4.splat(width - inset - 1);
  for (let y = 0; y < height + RADIUS; y += GROUP) {
    loadGroup(scratch, distorted, 0, y, width, height);
    blurRows(scratch, ring, y, width);
    if (squares) {
      loadGroup(scratch, distorted, distorted, y, width, height);
      blurRows(scratch, squareRing, y, width);
      loadGroup(scratch, source, distorted, y, width, height);
      blurRows(scratch, productRing, y, width);
    }
    const top = y - RADIUS;
    const firstRow = max(0, inset - top);
    const endRow = min(GROUP, height - inset - top);
    let structure = zero;
    let structure4 = zero;
    let artifacts = zero;
    let artifacts4 = zero;
    let lost = zero;
    let lost4 = zero;
    for (let x = 0; x < stride; x += 4) {
      blurColumns(ring, columns, y, x, width);
      if (squares) {
        blurColumns(squareRing, squareColumns, y, x, width);
        blurColumns(productRing, productColumns, y, x, width);
      }
      const indices = i32x4.add(i32x4.splat(x), i32x4(0, 1, 2, 3));
      const isInside = v128.and(i32x4.ge_s(indices, firstColumn), i32x4.le_s(indices, lastColumn));
      for (let row = firstRow; row < endRow; row++) {
        const at = ((top + row) * stride + x) * sizeof<f32>();
        const a = v128.load(means + at);
        const b = v128.load(columns + row * VECTOR);
        if (squares) {
          const difference = f32x4.sub(a, b);
          const luminance = f32x4.sub(one, f32x4.mul(difference, difference));
          const product = v128.load(productColumns + row * VECTOR);
          const covariance = f32x4.sub(product, f32x4.mul(a, b));
          const contrast = f32x4.add(f32x4.add(covariance, covariance), c2);
          const varianceA = f32x4.sub(v128.load(squares + at), f32x4.mul(a, a));
          const squareB = v128.load(squareColumns + row * VECTOR);
          const varianceB = f32x4.sub(squareB, f32x4.mul(b, b));
          const variances = f32x4.add(f32x4.add(varianceA, varianceB), c2);
          const similarity = f32x4.div(f32x4.mul(luminance, contrast), variances);
          const error = v128.and(f32x4.max(zero, f32x4.sub(one, similarity)), isInside);
          structure = f32x4.add(structure, error);
          structure4 = f32x4.add(structure4, fourthPower(error));
        }
        const edgeA = f32x4.abs(f32x4.sub(v128.load(source + at), a));
        const edgeB = f32x4.abs(f32x4.sub(v128.load(distorted + at), b));
        const ratio = f32x4.div(f32x4.sub(edgeB, edgeA), f32x4.add(one, edgeA));
        const edge = v128.and(ratio, isInside);
        const artifact = f32x4.max(zero, edge);
        const loss = f32x4.max(zero, f32x4.neg(edge));
        artifacts = f32x4.add(artifacts, artifact);
        artifacts4 = f32x4.add(artifacts4, fourthPower(artifact));
        lost = f32x4.add(lost, loss);
        lost4 = f32x4.add(lost4, fourthPower(loss));
      }
    }
    addTotal(sums, structure);
    addTotal(sums + 8, structure4);
    addTotal(sums + 16, artifacts);
    addTotal(sums + 24, artifacts4);
    addTotal(sums + 32, lost);
    addTotal(sums + 40, lost4);
  }
}

/**
 * Halves the width and height of a plane, rounded up. The last row and column repeat. The plane is followed by at
 * least one vector in memory.
 */
export function halve(plane: usize, width: i32, height: i32, output: usize): void {
  const rowBytes: usize = strideOf(width) * sizeof<f32>();
  const outBytes: usize = strideOf((width + 1) / 2) * sizeof<f32>();
  const quarter = f32x4.splat(0.25);
  for (let y = 0; y < height; y += 2) {
    const top = plane + y * rowBytes;
    const bottom = y + 1 < height ? top + rowBytes : top;
    if (width & 1) {
      const last = (width - 1) * sizeof<f32>();
      store<f32>(top + last, load<f32>(top + last), 4);
      store<f32>(bottom + last, load<f32>(bottom + last), 4);
    }
    const out = output + (y / 2) * outBytes;
    for (let x: usize = 0; x < outBytes; x += VECTOR) {
      const top0 = v128.load(top + 2 * x);
      const top1 = v128.load(top + 2 * x, 16);
      const bottom0 = v128.load(bottom + 2 * x);
      const bottom1 = v128.load(bottom + 2 * x, 16);
      const topSum = f32x4.add(
        v128.shuffle<i32>(top0, top1, 0, 2, 4, 6),
        v128.shuffle<i32>(top0, top1, 1, 3, 5, 7),
      );
      const left = v128.shuffle<i32>(bottom0, bottom1, 0, 2, 4, 6);
      const right = v128.shuffle<i32>(bottom0, bottom1, 1, 3, 5, 7);
      v128.store(out + x, f32x4.mul(f32x4.add(f32x4.add(topSum, left), right), quarter));
    }
  }
}

/** Bits of 1 and a third of its exponent: the start of an approximation of the inverse cube root. */
const ROOT_BITS: i32 = 0x54800000;
/** A third of an exponent of 1. */
const ROOT_STEP: i32 = 0x002aaaaa;

/** Returns the cube root of positive numbers as libjxl does: Newton's method for the inverse, exact to 6 digits. */
function cubeRoot(values: v128): v128 {
  const third = f32x4.splat(1 / 3);
  const fourThirds = f32x4.splat(4 / 3);
  const thirds = f32x4.mul(values, third);
  const exponents = i32x4.mul(i32x4.shr_u(values, 23), i32x4.splat(ROOT_STEP));
  let root = i32x4.sub(i32x4.splat(ROOT_BITS), exponents);
  for (let step = 0; step < 3; step++) {
    const square = f32x4.mul(root, root);
    const fourth = f32x4.mul(square, square);
    root = f32x4.sub(f32x4.mul(fourThirds, root), f32x4.mul(thirds, fourth));
  }
  const square = f32x4.mul(root, root);
  const error = f32x4.sub(root, f32x4.mul(values, f32x4.mul(square, square)));
  root = f32x4.add(root, f32x4.mul(third, error));
  return f32x4.mul(f32x4.mul(root, root), values);
}

const BIAS: f32 = 0.0037930732552754493;
/** Cube root of `BIAS`. */
const BIAS_ROOT: f32 = 0.1559542005492486;

/** Response of a cone, from three shares of linear light. */
function responseOf(r: v128, g: v128, b: v128, red: f32, green: f32, blue: f32): v128 {
  const light = f32x4.add(
    f32x4.add(f32x4.mul(f32x4.splat(red), r), f32x4.mul(f32x4.splat(green), g)),
    f32x4.add(f32x4.mul(f32x4.splat(blue), b), f32x4.splat(BIAS)),
  );
  return f32x4.sub(cubeRoot(light), f32x4.splat(BIAS_ROOT));
}

/**
 * Converts linear sRGB to X, Y and B - Y of JPEG XL (ISO/IEC 18181-1), each shifted and scaled to 0 to 1, as
 * SSIMULACRA 2 compares them.
 *
 * @param bytes size of a plane
 * @param xs plane of X, or 0 if it is not needed
 * @param bs plane of B - Y, or 0 if it is not needed
 */
export function toXyb(
  red: usize,
  green: usize,
  blue: usize,
  bytes: usize,
  xs: usize,
  ys: usize,
  bs: usize,
): void {
  const half = f32x4.splat(0.5);
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    const r = v128.load(red + at);
    const g = v128.load(green + at);
    const b = v128.load(blue + at);
    const long = responseOf(r, g, b, 0.3, 0.622, 0.078);
    const middle = responseOf(r, g, b, 0.23, 0.692, 0.078);
    const y = f32x4.mul(f32x4.add(long, middle), half);
    v128.store(ys + at, f32x4.add(y, f32x4.splat(0.01)));
    if (xs) {
      const x = f32x4.mul(f32x4.sub(long, middle), half);
      v128.store(xs + at, f32x4.add(f32x4.mul(x, f32x4.splat(14)), f32x4.splat(0.42)));
    }
    if (bs) {
      const short = responseOf(
        r,
        g,
        b,
        0.24342268924547819,
        0.20476744424496821,
        0.5518098665095535,
      );
      v128.store(bs + at, f32x4.add(f32x4.sub(short, y), f32x4.splat(0.55)));
    }
  }
}

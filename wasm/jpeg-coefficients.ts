/**
 * The inner loops of JPEGs whose coefficients are in memory as a whole, in AssemblyScript
 * (https://www.assemblyscript.org). `npm run wasm` compiles them to
 * `src/platform/compression/jpeg/coefficients-wasm.ts`. The names are those of ITU-T T.81.
 *
 * The caller lays out the memory (`coefficient-memory.ts`). A plane has 64 numbers of 16 bits per block in zigzag
 * order, and one bit for each that says whether it is not zero. Numbers without a bit are undefined.
 *
 * Entropy-coded data have no stuffed zeros. The bytes of each 32-bit word are reversed, so a read at any bit position
 * is one load and one shift. The data are followed by at least 300 bytes, more than one block takes.
 */

const LOOKUP_BITS: u32 = 12;
/** Offsets in a decoding table, in bytes. The entries are those of `decoding-table.ts`. */
const SYMBOLS: usize = 4 << LOOKUP_BITS;
const LIMITS: usize = SYMBOLS + (2 << LOOKUP_BITS);
const OFFSETS: usize = LIMITS + 4 * 17;
const VALUES: usize = OFFSETS + 4 * 17;

const BLOCK_SIZE: i32 = 64;
const MAX_DC_SIZE: i32 = 11;
const MAX_AC_SIZE: i32 = 10;
const END_OF_BLOCK: i32 = 0;
const RUN_OF_16_ZEROS: i32 = 0xf0;
/** Returned for data that do not match the image. */
const IRREGULAR: i32 = -1;

/** A component of a scan: of the source or of the output. */
@unmanaged
class Component {
  values: usize;
  nonzero: usize;
  /** Blocks per row of memory. */
  stride: i32;
  /** Blocks in one MCU. */
  horizontal: i32;
  vertical: i32;
  /** Decoding tables; 0 if the scan needs none. */
  dc: usize;
  ac: usize;
  /** The last DC coefficient. */
  level: i32;
  /** Fixed-point factors of the coefficients in zigzag order, for the output. */
  scales: usize;
}
const COMPONENT_BYTES: usize = 36;

@unmanaged
class Scan {
  data: usize;
  components: usize;
  count: i32;
  mcuColumns: i32;
  /** Spectral selection and successive approximation. */
  first: i32;
  last: i32;
  low: i32;
}

@inline
function componentOf(components: usize, c: i32): Component {
  return changetype<Component>(components + <usize>c * COMPONENT_BYTES);
}

/** Returns the next 32 bits from a bit position on. */
@inline
function bitsAt(data: usize, at: i32): u32 {
  const words = rotl(load<u64>(data + <usize>((at >>> 5) << 2)), 32);
  return <u32>((words << (at & 31)) >> 32);
}

/** EXTEND (F.2.2.1). */
@inline
function signed(bits: i32, size: i32): i32 {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

/** Returns `length << 8 | symbol` of a code beyond the lookup; 0 if there is none. */
function readLongCode(table: usize, next16: i32): i32 {
  for (let length = <i32>LOOKUP_BITS + 1; length <= 16; length++) {
    if (next16 >= load<i32>(table + LIMITS + 4 * length)) continue;
    const index = (next16 >> (16 - length)) + load<i32>(table + OFFSETS + 4 * length);
    return (length << 8) | (<i32>load<u8>(table + VALUES + index));
  }
  return 0;
}

/** Returns `length << 8 | symbol`; 0 if there is no code. */
@inline
function readSymbol(table: usize, bits: u32): i32 {
  const known = <i32>load<u16>(table + SYMBOLS + 2 * (bits >>> (32 - LOOKUP_BITS)));
  return known != 0 ? known : readLongCode(table, bits >>> 16);
}

/** Returns `number << 16 | run << 8 | bits`; 0 if there is no code of the baseline process. */
function readLongCoefficient(table: usize, data: usize, at: i32): i32 {
  const code = readSymbol(table, bitsAt(data, at));
  const length = code >> 8;
  const run = (code >> 4) & 15;
  const size = code & 15;
  if (code == 0 || size > MAX_AC_SIZE) return 0;
  if (size == 0) {
    if (run == 0) return (BLOCK_SIZE << 8) | length;
    return run == 15 ? (15 << 8) | length : 0;
  }
  const coefficient = signed(bitsAt(data, at + length) >>> (32 - size), size);
  return (coefficient << 16) | (run << 8) | (length + size);
}

@inline
function readCoefficient(table: usize, data: usize, at: i32): i32 {
  const known = load<i32>(table + 4 * (bitsAt(data, at) >>> (32 - LOOKUP_BITS)));
  return known != 0 ? known : readLongCoefficient(table, data, at);
}

/** Returns `difference << 8 | bits`; 0 if there is no code. */
function readLongDifference(table: usize, data: usize, at: i32): i32 {
  const code = readSymbol(table, bitsAt(data, at));
  const length = code >> 8;
  const size = code & 0xff;
  if (size > MAX_DC_SIZE) return 0;
  if (size == 0) return length;
  return (signed(bitsAt(data, at + length) >>> (32 - size), size) << 8) | (length + size);
}

@inline
function readDifference(table: usize, data: usize, at: i32): i32 {
  const known = load<i32>(table + 4 * (bitsAt(data, at) >>> (32 - LOOKUP_BITS)));
  return known != 0 ? ((known >> 16) << 8) | (known & 0xff) : readLongDifference(table, data, at);
}

/**
 * Reads complete blocks, as in baseline JPEGs (F.2.2), of the MCUs `from` to `to`.
 *
 * @returns the bit position after the last block
 */
export function readSequential(scan: Scan, from: i32, to: i32, start: i32, end: i32): i32 {
  const data = scan.data;
  const columns = scan.mcuColumns;
  for (let c = 0; c < scan.count; c++) componentOf(scan.components, c).level = 0;
  let at = start;
  let x = from % columns;
  let y = from / columns;
  for (let mcu = from; mcu < to; mcu++) {
    for (let c = 0; c < scan.count; c++) {
      const component = componentOf(scan.components, c);
      const dc = component.dc;
      const ac = component.ac;
      for (let v = 0; v < component.vertical; v++) {
        const row = (y * component.vertical + v) * component.stride + x * component.horizontal;
        for (let block = row; block < row + component.horizontal; block++) {
          if (at > end) return IRREGULAR;
          const values = component.values + 2 * BLOCK_SIZE * block;
          const difference = readDifference(dc, data, at);
          if (difference == 0) return IRREGULAR;
          at += difference & 0xff;
          const level = component.level + (difference >> 8);
          component.level = level;
          store<i16>(values, level);
          let nonzero = <u64>(level != 0);
          for (let k = 1; k < BLOCK_SIZE; k++) {
            const coefficient = readCoefficient(ac, data, at);
            if (coefficient == 0) return IRREGULAR;
            k += (coefficient >> 8) & 0xff;
            at += coefficient & 0xff;
            const value = coefficient >> 16;
            if (value == 0) continue;
            if (k >= BLOCK_SIZE) return IRREGULAR;
            store<i16>(values + 2 * k, value);
            nonzero |= (<u64>1) << k;
          }
          store<u64>(component.nonzero + 8 * block, nonzero);
        }
      }
    }
    if (++x == columns) {
      x = 0;
      y++;
    }
  }
  return at;
}

/** Reads the first scan of DC coefficients (G.1.2.1). Parameters as for `readSequential`. */
export function readDc(scan: Scan, from: i32, to: i32, start: i32, end: i32): i32 {
  const data = scan.data;
  const columns = scan.mcuColumns;
  for (let c = 0; c < scan.count; c++) componentOf(scan.components, c).level = 0;
  let at = start;
  let x = from % columns;
  let y = from / columns;
  for (let mcu = from; mcu < to; mcu++) {
    for (let c = 0; c < scan.count; c++) {
      const component = componentOf(scan.components, c);
      for (let v = 0; v < component.vertical; v++) {
        const row = (y * component.vertical + v) * component.stride + x * component.horizontal;
        for (let block = row; block < row + component.horizontal; block++) {
          if (at > end) return IRREGULAR;
          const difference = readDifference(component.dc, data, at);
          if (difference == 0) return IRREGULAR;
          at += difference & 0xff;
          const level = component.level + (difference >> 8);
          component.level = level;
          if (level == 0) continue;
          store<i16>(component.values + 2 * BLOCK_SIZE * block, level << scan.low);
          const nonzero = component.nonzero + 8 * block;
          store<u64>(nonzero, load<u64>(nonzero) | 1);
        }
      }
    }
    if (++x == columns) {
      x = 0;
      y++;
    }
  }
  return at;
}

/** Reads one more bit of the DC coefficients. Parameters as for `readSequential`. */
export function refineDc(scan: Scan, from: i32, to: i32, start: i32, end: i32): i32 {
  const data = scan.data;
  const columns = scan.mcuColumns;
  const bit = 1 << scan.low;
  let at = start;
  let x = from % columns;
  let y = from / columns;
  for (let mcu = from; mcu < to; mcu++) {
    if (at > end) return IRREGULAR;
    for (let c = 0; c < scan.count; c++) {
      const component = componentOf(scan.components, c);
      for (let v = 0; v < component.vertical; v++) {
        const row = (y * component.vertical + v) * component.stride + x * component.horizontal;
        for (let block = row; block < row + component.horizontal; block++, at++) {
          if (<i32>bitsAt(data, at) >= 0) continue;
          const values = component.values + 2 * BLOCK_SIZE * block;
          const nonzero = component.nonzero + 8 * block;
          const known = load<u64>(nonzero);
          const level = (known & 1) == 0 ? 0 : <i32>load<i16>(values);
          store<i16>(values, level | bit);
          store<u64>(nonzero, known | 1);
        }
      }
    }
    if (++x == columns) {
      x = 0;
      y++;
    }
  }
  return at;
}

/** Reads the first scan of a band of AC coefficients (G.1.2.2). Parameters as for `readSequential`. */
export function readAc(scan: Scan, from: i32, to: i32, start: i32, end: i32): i32 {
  const data = scan.data;
  const columns = scan.mcuColumns;
  const last = scan.last;
  const component = componentOf(scan.components, 0);
  const ac = component.ac;
  let at = start;
  let x = from % columns;
  let row = (from / columns) * component.stride;
  for (let i = from; i < to; i++) {
    if (at > end) return IRREGULAR;
    const block = row + x;
    const values = component.values + 2 * BLOCK_SIZE * block;
    const address = component.nonzero + 8 * block;
    let nonzero = load<u64>(address);
    let skipped = 0;
    for (let k = scan.first; k <= last; k++) {
      const coefficient = readCoefficient(ac, data, at);
      if (coefficient == 0) {
        const code = readSymbol(ac, bitsAt(data, at));
        const run = (code >> 4) & 15;
        if (code == 0 || (code & 15) > 0) return IRREGULAR;
        at += code >> 8;
        // Number of further blocks of the end-of-band run, after this one. The run is at least 1.
        skipped = (1 << run) - 1 + <i32>(bitsAt(data, at) >>> (32 - run));
        at += run;
        break;
      }
      k += (coefficient >> 8) & 0xff;
      at += coefficient & 0xff;
      const value = coefficient >> 16;
      if (value == 0) continue;
      if (k > last) return IRREGULAR;
      store<i16>(values + 2 * k, value << scan.low);
      nonzero |= (<u64>1) << k;
    }
    store<u64>(address, nonzero);
    i += skipped;
    if (i >= to) return IRREGULAR;
    for (x += skipped + 1; x >= columns; x -= columns) row += component.stride;
  }
  return at;
}

/** Reads a correction bit of each coefficient of `mask`. @returns the bit position after them */
@inline
function refine(data: usize, at: i32, values: usize, mask: u64, bit: i32): i32 {
  let window: u32 = 0;
  let held = 0;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    if (held == 0) {
      window = bitsAt(data, at);
      held = 32;
    }
    if (<i32>window < 0) {
      const address = values + 2 * <usize>ctz(rest);
      const value = <i32>load<i16>(address);
      if ((value & bit) == 0) store<i16>(address, value + (value < 0 ? -bit : bit));
    }
    window <<= 1;
    held--;
    at++;
  }
  return at;
}

/** Reads one more bit of a band of AC coefficients (G.1.2.3). Parameters as for `readSequential`. */
export function refineAc(scan: Scan, from: i32, to: i32, start: i32, end: i32): i32 {
  const data = scan.data;
  const columns = scan.mcuColumns;
  const last = scan.last;
  const bit = 1 << scan.low;
  const component = componentOf(scan.components, 0);
  const ac = component.ac;
  const band = (~(<u64>0) >> (63 - last)) & (~(<u64>0) << scan.first);
  /** Number of remaining blocks of the end-of-band run. */
  let run = 0;
  let at = start;
  let x = from % columns;
  let row = (from / columns) * component.stride;
  for (let i = from; i < to; i++) {
    if (at > end) return IRREGULAR;
    const block = row + x;
    const values = component.values + 2 * BLOCK_SIZE * block;
    const address = component.nonzero + 8 * block;
    const nonzero = load<u64>(address);
    let k = scan.first;
    if (run == 0) {
      let added: u64 = 0;
      for (; k <= last; k++) {
        const code = readSymbol(ac, bitsAt(data, at));
        if (code == 0) return IRREGULAR;
        at += code >> 8;
        const zeros = (code >> 4) & 15;
        const size = code & 15;
        if (size > 1) return IRREGULAR;
        if (size == 0 && zeros < 15) {
          run = 1 << zeros;
          if (zeros > 0) run += bitsAt(data, at) >>> (32 - zeros);
          at += zeros;
          break;
        }
        let value = 0;
        if (size == 1) value = <i32>bitsAt(data, at++) < 0 ? bit : -bit;
        // Skips `zeros` zero coefficients and refines the others.
        const rest = band & (~(<u64>0) << k);
        let free = ~nonzero & rest;
        for (let skip = zeros; skip > 0; skip--) free &= free - 1;
        const before = free == 0 ? rest : rest & ((free & -free) - 1);
        at = refine(data, at, values, nonzero & before, bit);
        k = free == 0 ? last + 1 : <i32>ctz(free);
        if (value == 0) continue;
        if (k > last) return IRREGULAR;
        store<i16>(values + 2 * k, value);
        added |= (<u64>1) << k;
      }
      if (added != 0) store<u64>(address, nonzero | added);
    }
    if (run > 0) {
      at = refine(data, at, values, nonzero & band & (~(<u64>0) << k), bit);
      run--;
    }
    if (++x == columns) {
      x = 0;
      row += component.stride;
    }
  }
  return run == 0 ? at : IRREGULAR;
}

/**
 * Quantizes the MCUs `from` to `to` of the output.
 *
 * @param frequencies receives the frequency of each `table << 8 | symbol`
 * @param tokens receives the tokens (`token-buffer.ts`)
 * @returns the number of tokens
 */
export function quantize(
  scan: Scan,
  from: i32,
  to: i32,
  rounding: i32,
  frequencies: usize,
  tokens: usize,
): i32 {
  const columns = scan.mcuColumns;
  let x = from % columns;
  let y = from / columns;
  let next = tokens;
  for (let mcu = from; mcu < to; mcu++) {
    for (let c = 0; c < scan.count; c++) {
      const component = componentOf(scan.components, c);
      const scales = component.scales;
      const dcTable = c == 0 ? 0 : 2 << 8;
      const acTable = dcTable + (1 << 8);
      for (let v = 0; v < component.vertical; v++) {
        const row = (y * component.vertical + v) * component.stride + x * component.horizontal;
        for (let block = row; block < row + component.horizontal; block++) {
          const values = component.values + 2 * BLOCK_SIZE * block;
          let nonzero = load<u64>(component.nonzero + 8 * block);
          const dc = (nonzero & 1) == 0 ? 0 : <i32>load<i16>(values);
          const level = (dc * load<i32>(scales) + 0x8000) >> 16;
          const difference = level - component.level;
          component.level = level;
          const dcSize = 32 - <i32>clz(abs(difference));
          if (dcSize > MAX_DC_SIZE) return IRREGULAR;
          const dcSymbol = dcTable | dcSize;
          const dcFrequency = frequencies + 4 * dcSymbol;
          store<i32>(dcFrequency, load<i32>(dcFrequency) + 1);
          const low = (difference + (difference >> 31)) & ((1 << dcSize) - 1);
          store<i32>(next, (dcSymbol << 16) | low);
          next += 4;

          let before = 0;
          for (nonzero &= ~(<u64>1); nonzero != 0; nonzero &= nonzero - 1) {
            const k = <i32>ctz(nonzero);
            const value = <i32>load<i16>(values + 2 * k);
            const sign = value >> 31;
            const rounded = (((value ^ sign) - sign) * load<i32>(scales + 4 * k) + rounding) >> 16;
            if (rounded == 0) continue;
            let run = k - before - 1;
            for (; run > 15; run -= 16) {
              const zeros = frequencies + 4 * (acTable | RUN_OF_16_ZEROS);
              store<i32>(zeros, load<i32>(zeros) + 1);
              store<i32>(next, (acTable | RUN_OF_16_ZEROS) << 16);
              next += 4;
            }
            const size = 32 - <i32>clz(rounded);
            if (size > MAX_AC_SIZE) return IRREGULAR;
            const symbol = acTable | (run << 4) | size;
            const frequency = frequencies + 4 * symbol;
            store<i32>(frequency, load<i32>(frequency) + 1);
            store<i32>(next, (symbol << 16) | ((rounded ^ sign) & ((1 << size) - 1)));
            next += 4;
            before = k;
          }
          if (before < BLOCK_SIZE - 1) {
            const frequency = frequencies + 4 * (acTable | END_OF_BLOCK);
            store<i32>(frequency, load<i32>(frequency) + 1);
            store<i32>(next, (acTable | END_OF_BLOCK) << 16);
            next += 4;
          }
        }
      }
    }
    if (++x == columns) {
      x = 0;
      y++;
    }
  }
  return <i32>((next - tokens) >> 2);
}

/** Input of `halveChroma`. Positions are `row * 8 + column`. */
@unmanaged
class Halving {
  /** Planes of the source and of the result. */
  values: usize;
  nonzero: usize;
  stride: i32;
  intoValues: usize;
  intoNonzero: usize;
  intoStride: i32;
  lines: i32;
  /** Quantization table of the source in zigzag order, as 64-bit numbers. */
  steps: usize;
  /** Reciprocals of the quantization table of the result by position. */
  reciprocals: usize;
  /** Share of frequency `u` in frequency `k` of the result by `u * 8 + k`. */
  shares: usize;
  /** Position of each coefficient in zigzag order, and the reverse: 64 bytes each. */
  positions: usize;
  /** 2304 bytes for intermediate results, zero at first. */
  scratch: usize;
}

/** Bytes of 8 numbers of 64 bits. */
const ROW: usize = 64;
/** Bytes of a block of 64-bit numbers. */
const BLOCK: usize = 512;

/**
 * Computes chroma of half the width and height from the coefficients of four blocks each, and quantizes it.
 *
 * @param dcScale ratio of the DC steps of the source and of the result
 * @param rounding added before a coefficient is rounded down
 */
export function halveChroma(halving: Halving, dcScale: f64, rounding: f64): void {
  const nonzero = halving.nonzero;
  const values = halving.values;
  for (let y = 0; y < halving.lines; y++) {
    for (let x = 0; x < halving.intoStride; x++) {
      const upper = 2 * y * halving.stride + 2 * x;
      const lower = upper + halving.stride;
      const block = y * halving.intoStride + x;
      const a = load<u64>(nonzero + 8 * upper);
      const b = load<u64>(nonzero + 8 * upper, 8);
      const c = load<u64>(nonzero + 8 * lower);
      const d = load<u64>(nonzero + 8 * lower, 8);
      // Four blocks of one color, as in most of a white background: the mean is that color.
      let isFlat = ((a | b | c | d) & ~(<u64>1)) == 0 && (a | b | c | d) == (a & b & c & d);
      let mean = 0;
      if (isFlat && a != 0) {
        mean = <i32>load<i16>(values + 128 * upper);
        isFlat =
          mean == <i32>load<i16>(values + 128 * upper, 128) &&
          mean == <i32>load<i16>(values + 128 * lower) &&
          mean == <i32>load<i16>(values + 128 * lower, 128);
      }
      if (isFlat) {
        store<i16>(halving.intoValues + 128 * block, <i32>Math.floor(<f64>mean * dcScale + 0.5));
        store<u64>(halving.intoNonzero + 8 * block, 1);
        continue;
      }
      const scratch = halving.scratch;
      let used = addBlock(halving, a, upper, scratch, false);
      used |= addBlock(halving, b, upper + 1, scratch, true);
      used |= addBlock(halving, c, lower, scratch + BLOCK, false);
      used |= addBlock(halving, d, lower + 1, scratch + BLOCK, true);
      combineRows(scratch, used);
      halveColumns(halving, used, block, rounding);
    }
  }
}

/** Adds the halved rows of a block. @returns the rows that are not zero, as bits */
@inline
function addBlock(halving: Halving, nonzero: u64, block: i32, into: usize, isRight: bool): i32 {
  const values = halving.values + 128 * block;
  let used = 0;
  for (let rest = nonzero; rest != 0; rest &= rest - 1) {
    const k = <i32>ctz(rest);
    const value = <f64>load<i16>(values + 2 * k) * load<f64>(halving.steps + 8 * k);
    const position = <i32>load<u8>(halving.positions + k);
    const column = position & 7;
    const row = position >> 3;
    // For the right block the sign changes if the sum of both frequencies is odd.
    const even = isRight && (column & 1) != 0 ? -value : value;
    const odd = isRight ? -even : even;
    const factors = f64x2.replace_lane(f64x2.splat(even), 1, odd);
    const share = halving.shares + ROW * column;
    const at = into + ROW * row;
    used |= 1 << row;
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(factors, v128.load(share))));
    v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(factors, v128.load(share, 16))), 16);
    v128.store(at, f64x2.add(v128.load(at, 32), f64x2.mul(factors, v128.load(share, 32))), 32);
    v128.store(at, f64x2.add(v128.load(at, 48), f64x2.mul(factors, v128.load(share, 48))), 48);
  }
  return used;
}

/** Computes the sums and differences of the upper and lower rows, and clears the rows. */
@inline
function combineRows(scratch: usize, used: i32): void {
  const zero = f64x2.splat(0);
  for (let rest = used; rest != 0; rest &= rest - 1) {
    const row = scratch + ROW * ctz(rest);
    for (let at = row; at < row + ROW; at += 16) {
      const upper = v128.load(at);
      const lower = v128.load(at, BLOCK);
      v128.store(at, f64x2.add(upper, lower), 2 * BLOCK);
      v128.store(at, f64x2.sub(upper, lower), 3 * BLOCK);
      v128.store(at, zero);
      v128.store(at, zero, BLOCK);
    }
  }
}

/** Halves the columns, quantizes the result and stores it. */
@inline
function halveColumns(halving: Halving, used: i32, block: i32, rounding: f64): void {
  const combined = halving.scratch + 2 * BLOCK;
  const values = halving.intoValues + 128 * block;
  let nonzero: u64 = 0;
  for (let v = 0; v < 8; v++) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let rest = used; rest != 0; rest &= rest - 1) {
      const u = <i32>ctz(rest);
      const share = f64x2.splat(load<f64>(halving.shares + ROW * u + 8 * v));
      const at = combined + BLOCK * ((u ^ v) & 1) + ROW * u;
      a = f64x2.add(a, f64x2.mul(share, v128.load(at)));
      b = f64x2.add(b, f64x2.mul(share, v128.load(at, 16)));
      c = f64x2.add(c, f64x2.mul(share, v128.load(at, 32)));
      d = f64x2.add(d, f64x2.mul(share, v128.load(at, 48)));
    }
    const by = halving.reciprocals + ROW * v;
    const first = v == 0 ? 0.5 : rounding;
    nonzero |= storePair(halving, a, by, values, 8 * v, first, rounding);
    nonzero |= storePair(halving, b, by + 16, values, 8 * v + 2, rounding, rounding);
    nonzero |= storePair(halving, c, by + 32, values, 8 * v + 4, rounding, rounding);
    nonzero |= storePair(halving, d, by + 48, values, 8 * v + 6, rounding, rounding);
  }
  store<u64>(halving.intoNonzero + 8 * block, nonzero);
}

/** Quantizes and stores two coefficients. @returns their bits if they are not zero */
@inline
function storePair(
  halving: Halving,
  sums: v128,
  reciprocals: usize,
  values: usize,
  position: i32,
  first: f64,
  second: f64,
): u64 {
  const exact = f64x2.mul(sums, v128.load(reciprocals));
  const sizes = f64x2.add(f64x2.abs(exact), f64x2.replace_lane(f64x2.splat(first), 1, second));
  const large = i64x2.bitmask(f64x2.ge(sizes, f64x2.splat(1)));
  if (large == 0) return 0;
  let nonzero: u64 = 0;
  if ((large & 1) != 0) {
    const size = <i32>f64x2.extract_lane(sizes, 0);
    const k = <i32>load<u8>(halving.positions + position, 64);
    store<i16>(values + 2 * k, f64x2.extract_lane(exact, 0) < 0 ? -size : size);
    nonzero |= (<u64>1) << k;
  }
  if ((large & 2) != 0) {
    const size = <i32>f64x2.extract_lane(sizes, 1);
    const k = <i32>load<u8>(halving.positions + position, 65);
    store<i16>(values + 2 * k, f64x2.extract_lane(exact, 1) < 0 ? -size : size);
    nonzero |= (<u64>1) << k;
  }
  return nonzero;
}

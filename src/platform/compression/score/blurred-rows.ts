/** Distance from the center up to which a sample counts. */
export const BLUR_RADIUS = 4;

/**
 * Factors of the recursion, in 32 bits. The blur is a Gaussian with a standard deviation of 1.5 pixels: the
 * sum of three cosines that are zero from distance 5 on (D. Charalampidis, "Recursive Implementation of the
 * Gaussian Filter Using Truncated Cosine Functions", 2016). The feedback of the third cosine is zero.
 */
const [FEEDBACK_1, FEEDBACK_3] = [1.9021130800247192, 1.1755704879760742];
const [INPUT_1, INPUT_3, INPUT_5] = [
  0.05529523640871048, -0.0588366873562336, 0.012955819256603718,
];

/** A blurred value adds the samples at the distances -6 and 4 to the values before it. */
const LEAD = BLUR_RADIUS;
const SPAN = 2 * BLUR_RADIUS + 2;
/** Zeros on the left side of a row. */
export const INPUT_OFFSET = SPAN - LEAD;

const round = Math.fround;

/**
 * Blurs the rows of a plane as they arrive, and the columns over the last rows. Only these rows are in memory,
 * and they fit the processor cache. Samples outside the plane are zero.
 *
 * The reference implementation of SSIMULACRA 2 recurses in 32 bits. Its rounding errors lower the scores of
 * objects on even areas by up to 1.5 points, so values are rounded as often here.
 */
export class BlurredRows {
  /** The next row, from `INPUT_OFFSET` on. */
  readonly input: Float32Array;
  /** The blurred row that lies `BLUR_RADIUS` rows before the last one. */
  readonly output: Float32Array;
  /** The rows that are blurred horizontally, from the next one to replace. */
  readonly #rows: Float32Array[];
  #next = 0;
  /** The last value of each cosine by column, and the value before it. */
  #last: Float32Array;
  #earlier: Float32Array;

  constructor(width: number) {
    this.input = new Float32Array(width + SPAN);
    this.output = new Float32Array(width);
    this.#rows = Array.from({ length: SPAN + 1 }, () => new Float32Array(width));
    this.#last = new Float32Array(3 * width);
    this.#earlier = new Float32Array(3 * width);
  }

  /** Begins another plane of the same width. */
  reset(): void {
    for (const values of [...this.#rows, this.#last, this.#earlier]) values.fill(0);
  }

  /** @param isInside whether `input` holds a row of the plane; below it are zeros */
  push(isInside: boolean): void {
    const entering = this.#rows[this.#next];
    this.#next = (this.#next + 1) % this.#rows.length;
    const leaving = this.#rows[this.#next];
    if (isInside) blurRow(this.input, entering);
    else entering.fill(0);
    blurColumns(entering, leaving, this.#last, this.#earlier, this.output);
    [this.#last, this.#earlier] = [this.#earlier, this.#last];
  }
}

function blurRow(input: Float32Array, row: Float32Array): void {
  let [last1, last3, last5] = [0, 0, 0];
  let [earlier1, earlier3, earlier5] = [0, 0, 0];
  for (let x = -LEAD; x < 0; x++) {
    const sum = input[x + SPAN];
    const next1 = round(round(INPUT_1 * sum - earlier1) + FEEDBACK_1 * last1);
    const next3 = round(round(INPUT_3 * sum - earlier3) + FEEDBACK_3 * last3);
    const next5 = round(INPUT_5 * sum - earlier5);
    earlier1 = last1;
    earlier3 = last3;
    earlier5 = last5;
    last1 = next1;
    last3 = next3;
    last5 = next5;
  }
  for (let x = 0; x < row.length; x++) {
    const sum = round(input[x] + input[x + SPAN]);
    const next1 = round(round(INPUT_1 * sum - earlier1) + FEEDBACK_1 * last1);
    const next3 = round(round(INPUT_3 * sum - earlier3) + FEEDBACK_3 * last3);
    const next5 = round(INPUT_5 * sum - earlier5);
    earlier1 = last1;
    earlier3 = last3;
    earlier5 = last5;
    last1 = next1;
    last3 = next3;
    last5 = next5;
    row[x] = next1 + next3 + next5;
  }
}

/** Replaces `earlier` by the next values. */
function blurColumns(
  entering: Float32Array,
  leaving: Float32Array,
  last: Float32Array,
  earlier: Float32Array,
  output: Float32Array,
): void {
  for (let x = 0, at = 0; x < output.length; x++, at += 3) {
    const sum = round(entering[x] + leaving[x]);
    const next1 = round(INPUT_1 * sum + round(FEEDBACK_1 * last[at] - earlier[at]));
    const next3 = round(INPUT_3 * sum + round(FEEDBACK_3 * last[at + 1] - earlier[at + 1]));
    const next5 = round(INPUT_5 * sum - earlier[at + 2]);
    earlier[at] = next1;
    earlier[at + 1] = next3;
    earlier[at + 2] = next5;
    output[x] = next1 + next3 + next5;
  }
}

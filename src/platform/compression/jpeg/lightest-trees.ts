/** Exceeds the number of symbols of a Huffman code. */
const SYMBOL_FACTOR = 512;

/** A tree of a Huffman code under construction. */
interface Tree {
  /** Sum of the frequencies of its symbols. */
  weight: number;
  /** The symbol that identifies the tree. */
  symbol: number;
}

/** A binary heap of trees. Of equal weights, the highest symbol comes first. */
export class LightestTrees {
  size = 0;
  /** `weight * SYMBOL_FACTOR - symbol`, which fits in 53 bits. */
  private readonly keys: Float64Array;

  constructor(capacity: number) {
    this.keys = new Float64Array(capacity);
  }

  add(weight: number, symbol: number): void {
    const { keys } = this;
    const key = weight * SYMBOL_FACTOR - symbol;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  /** Removes the lightest tree. The heap must not be empty. */
  take(): Tree {
    const { keys } = this;
    const taken = keys[0];
    const last = keys[--this.size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= last) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = last;
    const weight = Math.ceil(taken / SYMBOL_FACTOR);
    return { weight, symbol: weight * SYMBOL_FACTOR - taken };
  }
}

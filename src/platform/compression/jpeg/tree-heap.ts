/** Exceeds the number of symbols of a Huffman code. */
const SYMBOL_FACTOR = 512;

/** A tree of a Huffman code under construction. */
interface Tree {
  /** Sum of the frequencies of its symbols. */
  weight: number;
  /** The symbol that identifies the tree. */
  symbol: number;
}

/** A binary heap of trees. Among equal weights, the tree with the highest symbol comes first. */
export class TreeHeap {
  size = 0;
  /** `weight * SYMBOL_FACTOR - symbol`, which fits in 53 bits. */
  private readonly keys: Float64Array;

  constructor(capacity: number) {
    this.keys = new Float64Array(capacity);
  }

  addTree(weight: number, symbol: number): void {
    const { keys } = this;
    const key = weight * SYMBOL_FACTOR - symbol;
    let index = this.size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[index] = keys[parent];
      index = parent;
    }
    keys[index] = key;
  }

  /** Removes the lightest tree. The heap must not be empty. */
  removeLightestTree(): Tree {
    const { keys } = this;
    const lightestKey = keys[0];
    const lastKey = keys[--this.size];
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= lastKey) break;
      keys[index] = keys[child];
      index = child;
    }
    keys[index] = lastKey;
    const weight = Math.ceil(lightestKey / SYMBOL_FACTOR);
    return { weight, symbol: weight * SYMBOL_FACTOR - lightestKey };
  }
}

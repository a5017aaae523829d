/** Shares one computation between its callers and holds the result. Removes the least recently used one. */
export class HeldResults<T> {
  private readonly held = new Map<string, Promise<T>>();

  /** @param max number of results */
  constructor(private readonly max: number) {}

  /**
   * Returns the result of a key. A failed computation is not held.
   * @param holdMs time after the computation for which its result is held; Infinity for no limit
   */
  get(key: string, holdMs: number, compute: () => Promise<T>): Promise<T> {
    const known = this.held.get(key);
    if (known) {
      this.held.delete(key);
      this.held.set(key, known);
      return known;
    }
    const result = compute();
    this.held.set(key, result);
    for (const oldest of this.held.keys()) {
      if (this.held.size <= this.max) break;
      this.held.delete(oldest);
    }
    const forget = () => {
      if (this.held.get(key) === result) this.held.delete(key);
    };
    const forgetLater = () => {
      if (holdMs !== Infinity) setTimeout(forget, holdMs).unref();
    };
    result.then(forgetLater, forget);
    return result;
  }
}

/** Shares one computation between its callers and caches the result. Removes the least recently used one. */
export class CachedResults<T> {
  private readonly cached = new Map<string, Promise<T>>();

  /** @param max number of results */
  constructor(private readonly max: number) {}

  /**
   * Returns the result of a key. A failed computation is not cached.
   * @param ttlMs time after the computation for which its result is cached; Infinity for no limit
   */
  get(key: string, ttlMs: number, compute: () => Promise<T>): Promise<T> {
    const known = this.cached.get(key);
    if (known) {
      this.cached.delete(key);
      this.cached.set(key, known);
      return known;
    }
    const result = compute();
    this.cached.set(key, result);
    for (const oldest of this.cached.keys()) {
      if (this.cached.size <= this.max) break;
      this.cached.delete(oldest);
    }
    const forget = () => {
      if (this.cached.get(key) === result) this.cached.delete(key);
    };
    const forgetLater = () => {
      if (ttlMs !== Infinity) setTimeout(forget, ttlMs).unref();
    };
    result.then(forgetLater, forget);
    return result;
  }
}

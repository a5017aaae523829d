/** Shares each computation between its callers and caches the results. Evicts the least recently used result. */
export class CachedResults<T> {
  private readonly results = new Map<string, Promise<T>>();

  /** @param maxResults maximum number of cached results */
  constructor(private readonly maxResults: number) {}

  /**
   * Returns the cached result for a key, or computes it. Failed computations are not cached.
   * @param ttlMs time for which the result is cached after the computation; Infinity for no limit
   */
  getOrCompute(key: string, ttlMs: number, compute: () => Promise<T>): Promise<T> {
    const cachedResult = this.results.get(key);
    if (cachedResult) {
      this.results.delete(key);
      this.results.set(key, cachedResult);
      return cachedResult;
    }
    const result = compute();
    this.results.set(key, result);
    for (const oldestKey of this.results.keys()) {
      if (this.results.size <= this.maxResults) break;
      this.results.delete(oldestKey);
    }
    const removeResult = () => {
      if (this.results.get(key) === result) this.results.delete(key);
    };
    const scheduleRemoval = () => {
      if (ttlMs !== Infinity) setTimeout(removeResult, ttlMs).unref();
    };
    result.then(scheduleRemoval, removeResult);
    return result;
  }
}

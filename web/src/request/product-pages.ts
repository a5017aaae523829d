import { getJson } from '../api/client.js';
import { retryUntilSuccess } from '../api/retry-until-success.js';
import type { Product, Status } from '../api/types.js';

export const PAGE = 60;
/** Maximum number of pages in memory, for any number of products. */
const KEPT = 24;
/** Delay before a page loads, in milliseconds. Skips pages while the user drags the scroll bar. */
const DEBOUNCE_MS = 70;
/** Minimum interval between two reads of a page with unfinished images, in milliseconds. */
const REFRESH_MS = 2000;

interface Page {
  products: Product[];
  loadedAt: number;
  settled: boolean;
}

/** Loads the visible products of one request by page. */
export class ProductPages {
  private readonly pages = new Map<number, Page>();
  private readonly loading = new Map<number, AbortController>();
  private timer?: ReturnType<typeof setTimeout>;
  private refreshTimer?: ReturnType<typeof setTimeout>;
  private wanted: number[] = [];
  /** Error of the last read; undefined after a success. */
  error?: Error;

  constructor(
    private readonly requestId: string,
    private readonly onChange: () => void,
  ) {}

  /** Returns the product at `index` (from 0); undefined while its page loads. */
  product(index: number): Product | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.products[index % PAGE];
  }

  requestProducts(first: number, last: number): void {
    const [from, to] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    this.wanted = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    for (const [page, load] of this.loading) if (!this.wanted.includes(page)) load.abort();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.loadRequested(), DEBOUNCE_MS);
  }

  /** Reads visible pages with unfinished images again, after progress. */
  refresh(): void {
    this.loadRequested();
    // A page that was loaded just before may miss the last progress, so it is read again.
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => this.loadRequested(), REFRESH_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.refreshTimer);
    for (const load of this.loading.values()) load.abort();
    this.pages.clear();
  }

  /** Reads visible pages with unfinished images again. A running read may have started before the end. */
  async loadUnfinished(): Promise<void> {
    const unfinished = this.wanted.filter((page) => !this.pages.get(page)?.settled);
    await Promise.all(unfinished.map((page) => this.load(page)));
  }

  /** Marks all pages as unfinished, because ended images may be processed again. */
  markUnfinished(): void {
    for (const page of this.pages.values()) Object.assign(page, { settled: false, loadedAt: 0 });
    void this.loadUnfinished();
  }

  private loadRequested(): void {
    for (const page of this.wanted) {
      const cached = this.pages.get(page);
      const stale = cached && !cached.settled && Date.now() - cached.loadedAt >= REFRESH_MS - 50;
      if ((!cached || stale) && !this.loading.has(page)) void this.load(page);
    }
  }

  private async load(page: number): Promise<void> {
    this.loading.get(page)?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.loading.set(page, controller);
    const isFirstLoad = !this.pages.has(page);
    const onFailure = (error: Error) => this.setError(error);
    const products: Product[] = [];
    try {
      for (let complete = false; !complete;) {
        const loaded = products.length;
        const read = (attempted: AbortSignal) => this.toPage(page, loaded, attempted);
        const toPage = await retryUntilSuccess(read, { signal, onFailure });
        if (signal.aborted) return;
        products.push(...toPage.products);
        complete = toPage.isLast || products.length >= PAGE;
        if (!isFirstLoad && !complete) continue;
        this.storePage(page, [...products], complete);
        this.setError(undefined);
      }
    } catch (error) {
      if (!signal.aborted) this.setError(error as Error);
    } finally {
      if (this.loading.get(page) === controller) this.loading.delete(page);
    }
  }

  private setError(error: Error | undefined): void {
    this.error = error;
    this.onChange();
  }

  /**
   * Continues with the next row instead of the cursor, because a response also ends at a number of images.
   * The gallery shows the images of the first response of a product with thousands of images.
   */
  private async toPage(page: number, loaded: number, signal: AbortSignal) {
    const query = `limit=${PAGE - loaded}&first_row=${page * PAGE + loaded + 1}`;
    const status = await getJson<Status>(`/status/${this.requestId}?${query}`, signal);
    const { products, next_cursor } = status;
    return { products, isLast: next_cursor === null || products.length === 0 };
  }

  private storePage(page: number, products: Product[], complete: boolean): void {
    const settled =
      complete && products.every(({ images }) => images.every(({ status }) => ENDED.has(status)));
    this.pages.delete(page);
    this.pages.set(page, { products, loadedAt: Date.now(), settled });
    for (const old of this.pages.keys()) {
      if (this.pages.size <= KEPT) break;
      if (!this.wanted.includes(old)) this.pages.delete(old);
    }
  }
}

const ENDED = new Set(['completed', 'failed', 'cancelled']);

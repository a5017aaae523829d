import { getJson } from '../api/client.js';
import { retryUntilSuccess } from '../api/retry-until-success.js';
import type { Product, Status } from '../api/types.js';

/** Number of products on a page. */
const PAGE_SIZE = 60;
/** Maximum number of pages in memory. */
const MAX_PAGES = 24;
/** Delay before a page loads, which skips pages while the user drags the scroll bar. */
const DEBOUNCE_MS = 70;
/** Minimum interval between two reads of a page with unfinished images. */
const REFRESH_INTERVAL_MS = 2000;

interface Page {
  products: Product[];
  loadedAt: number;
  /** True if all images of the page have ended. */
  hasEnded: boolean;
}

/** Loads the visible products of a request in pages. */
export class ProductPages {
  private readonly pages = new Map<number, Page>();
  private readonly runningLoads = new Map<number, AbortController>();
  private debounceTimer?: ReturnType<typeof setTimeout>;
  private refreshTimer?: ReturnType<typeof setTimeout>;
  private requestedPageNumbers: number[] = [];
  /** Error of the last read; undefined after a success. */
  error?: Error;

  constructor(
    private readonly requestId: string,
    private readonly onChange: () => void,
  ) {}

  /** Returns the product at `index` (from 0); undefined while its page loads. */
  getProduct(index: number): Product | undefined {
    return this.pages.get(Math.floor(index / PAGE_SIZE))?.products[index % PAGE_SIZE];
  }

  requestProducts(firstIndex: number, lastIndex: number): void {
    const [firstPage, lastPage] = [
      Math.floor(firstIndex / PAGE_SIZE),
      Math.floor(lastIndex / PAGE_SIZE),
    ];
    this.requestedPageNumbers = Array.from(
      { length: lastPage - firstPage + 1 },
      (_, i) => firstPage + i,
    );
    for (const [pageNumber, load] of this.runningLoads)
      if (!this.requestedPageNumbers.includes(pageNumber)) load.abort();
    clearTimeout(this.debounceTimer);
    this.debounceTimer = setTimeout(() => this.loadRequestedPages(), DEBOUNCE_MS);
  }

  /** Reloads visible pages with unfinished images when the request has progressed. */
  refreshPages(): void {
    this.loadRequestedPages();
    // Reloads once more, because a page that has just loaded may not include the last progress.
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => this.loadRequestedPages(), REFRESH_INTERVAL_MS);
  }

  close(): void {
    clearTimeout(this.debounceTimer);
    clearTimeout(this.refreshTimer);
    for (const load of this.runningLoads.values()) load.abort();
    this.pages.clear();
  }

  /** Reloads visible pages with unfinished images. A running load may have started before the last image ended. */
  async loadUnfinishedPages(): Promise<void> {
    const unfinishedPageNumbers = this.requestedPageNumbers.filter(
      (pageNumber) => !this.pages.get(pageNumber)?.hasEnded,
    );
    await Promise.all(unfinishedPageNumbers.map((pageNumber) => this.loadPage(pageNumber)));
  }

  /** Marks all pages as unfinished, because ended images may be processed again. */
  markPagesUnfinished(): void {
    for (const page of this.pages.values()) Object.assign(page, { hasEnded: false, loadedAt: 0 });
    void this.loadUnfinishedPages();
  }

  private loadRequestedPages(): void {
    for (const pageNumber of this.requestedPageNumbers) {
      const cachedPage = this.pages.get(pageNumber);
      const isStale =
        cachedPage &&
        !cachedPage.hasEnded &&
        Date.now() - cachedPage.loadedAt >= REFRESH_INTERVAL_MS - 50;
      if ((!cachedPage || isStale) && !this.runningLoads.has(pageNumber))
        void this.loadPage(pageNumber);
    }
  }

  private async loadPage(pageNumber: number): Promise<void> {
    this.runningLoads.get(pageNumber)?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.runningLoads.set(pageNumber, controller);
    const isFirstLoad = !this.pages.has(pageNumber);
    const onFailure = (error: Error) => this.setError(error);
    const products: Product[] = [];
    try {
      for (let isComplete = false; !isComplete;) {
        const loadedCount = products.length;
        const read = (attemptSignal: AbortSignal) =>
          this.readProducts(pageNumber, loadedCount, attemptSignal);
        const response = await retryUntilSuccess(read, { signal, onFailure });
        if (signal.aborted) return;
        products.push(...response.products);
        isComplete = response.isLast || products.length >= PAGE_SIZE;
        if (!isFirstLoad && !isComplete) continue;
        this.storePage(pageNumber, [...products], isComplete);
        this.setError(undefined);
      }
    } catch (error) {
      if (!signal.aborted) this.setError(error as Error);
    } finally {
      if (this.runningLoads.get(pageNumber) === controller) this.runningLoads.delete(pageNumber);
    }
  }

  private setError(error: Error | undefined): void {
    this.error = error;
    this.onChange();
  }

  /**
   * Reads the next products of a page. Continues with the next row instead of the cursor, because the number of
   * images per response is also limited. If a product has thousands of images, the gallery shows only the
   * images in the first response.
   */
  private async readProducts(pageNumber: number, loadedCount: number, signal: AbortSignal) {
    const query = `limit=${PAGE_SIZE - loadedCount}&first_row=${pageNumber * PAGE_SIZE + loadedCount + 1}`;
    const status = await getJson<Status>(`/status/${this.requestId}?${query}`, signal);
    const { products, next_cursor } = status;
    return { products, isLast: next_cursor === null || products.length === 0 };
  }

  private storePage(pageNumber: number, products: Product[], isComplete: boolean): void {
    const hasEnded =
      isComplete &&
      products.every(({ images }) => images.every(({ status }) => FINAL_STATUSES.has(status)));
    this.pages.delete(pageNumber);
    this.pages.set(pageNumber, { products, loadedAt: Date.now(), hasEnded });
    for (const cachedNumber of this.pages.keys()) {
      if (this.pages.size <= MAX_PAGES) break;
      if (!this.requestedPageNumbers.includes(cachedNumber)) this.pages.delete(cachedNumber);
    }
  }
}

const FINAL_STATUSES = new Set(['completed', 'failed', 'cancelled']);

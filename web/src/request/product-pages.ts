import { getJson } from '../api/client.js';
import { keepTrying } from '../api/keep-trying.js';
import type { Product, Status } from '../api/types.js';

export const PAGE = 60;
/** Pages kept; with 100,000 products the page's memory stays what it is with 2,000. */
const KEPT = 24;
/** Milliseconds; nothing is loaded while the scroll bar is dragged past thousands of products. */
const REST_MS = 70;
/** A page with unfinished images is asked for again, not more often than this. */
const REFRESH_MS = 2000;

interface Page {
  products: Product[];
  loadedAt: number;
  settled: boolean;
}

/** The products of one request, by page, loaded where they are looked at. */
export class ProductPages {
  private readonly pages = new Map<number, Page>();
  private readonly loading = new Map<number, AbortController>();
  private timer?: ReturnType<typeof setTimeout>;
  private again?: ReturnType<typeof setTimeout>;
  private wanted: number[] = [];
  /** Why the last read failed; undefined once one has succeeded. */
  fault?: Error;

  constructor(
    private readonly requestId: string,
    private readonly onChange: () => void,
  ) {}

  /** From 0. Nothing while its page is on its way. */
  product(index: number): Product | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.products[index % PAGE];
  }

  want(first: number, last: number): void {
    const [from, to] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    this.wanted = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    for (const [page, load] of this.loading) if (!this.wanted.includes(page)) load.abort();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.loadWanted(), REST_MS);
  }

  /** Something has moved: what is in sight and not finished is asked for again. */
  refresh(): void {
    this.loadWanted();
    // What was loaded a moment ago is looked at once more: it may have been the last move.
    clearTimeout(this.again);
    this.again = setTimeout(() => this.loadWanted(), REFRESH_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.again);
    for (const load of this.loading.values()) load.abort();
    this.pages.clear();
  }

  /** Reads anew what is in sight and not finished; a read under way may be from before the end. */
  async loadUnsettled(): Promise<void> {
    const unsettled = this.wanted.filter((page) => !this.pages.get(page)?.settled);
    await Promise.all(unsettled.map((page) => this.load(page)));
  }

  /** Finished images may move again: nothing that is held counts as settled any more. */
  expire(): void {
    for (const page of this.pages.values()) Object.assign(page, { settled: false, loadedAt: 0 });
    void this.loadUnsettled();
  }

  private loadWanted(): void {
    for (const page of this.wanted) {
      const held = this.pages.get(page);
      const stale = held && !held.settled && Date.now() - held.loadedAt >= REFRESH_MS - 50;
      if ((!held || stale) && !this.loading.has(page)) void this.load(page);
    }
  }

  private async load(page: number): Promise<void> {
    this.loading.get(page)?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.loading.set(page, controller);
    const isFirstLoad = !this.pages.has(page);
    const onFailure = (error: Error) => this.setFault(error);
    const products: Product[] = [];
    try {
      for (let complete = false; !complete;) {
        const loaded = products.length;
        const read = (attempted: AbortSignal) => this.part(page, loaded, attempted);
        const part = await keepTrying(read, { signal, onFailure });
        if (signal.aborted) return;
        products.push(...part.products);
        complete = part.isLast || products.length >= PAGE;
        if (!isFirstLoad && !complete) continue;
        this.keep(page, [...products], complete);
        this.setFault(undefined);
      }
    } catch (error) {
      if (!signal.aborted) this.setFault(error as Error);
    } finally {
      if (this.loading.get(page) === controller) this.loading.delete(page);
    }
  }

  private setFault(error: Error | undefined): void {
    this.fault = error;
    this.onChange();
  }

  /**
   * An answer also ends at a number of images. Continues with the next row, not with the cursor: of a
   * product with thousands of images the gallery shows those of the first answer.
   */
  private async part(page: number, loaded: number, signal: AbortSignal) {
    const query = `limit=${PAGE - loaded}&first_row=${page * PAGE + loaded + 1}`;
    const answer = await getJson<Status>(`/status/${this.requestId}?${query}`, signal);
    const { products, next_cursor } = answer;
    return { products, isLast: next_cursor === null || products.length === 0 };
  }

  private keep(page: number, products: Product[], complete: boolean): void {
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

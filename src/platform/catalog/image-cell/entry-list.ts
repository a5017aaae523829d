import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { resolveEntry } from './resolve-entry.js';
import { trimRange } from './cell-pieces.js';

/** Collects the entries of one cell. */
export class EntryList {
  readonly entries: ImageEntry[] = [];
  /** The first absolute URL. Later relative references are resolved against it. */
  private firstUrl?: string;

  constructor(
    private readonly cell: string,
    private readonly context: ImageCellContext,
  ) {}

  /** Adds the reference between two positions, without surrounding white space. */
  addReference(rangeStart: number, rangeEnd: number): void {
    const [start, end] = trimRange(this.cell, rangeStart, rangeEnd);
    const { url, fault, isHtmlEscaped } = resolveEntry(
      this.cell.slice(start, end),
      this.context,
      this.firstUrl,
    );
    this.firstUrl ??= url;
    this.entries.push({ start, end, url, fault, escaping: isHtmlEscaped ? 'html' : 'none' });
  }

  addEmptyItems(position: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.entries.push({ start: position, end: position, escaping: 'none' });
    }
  }
}

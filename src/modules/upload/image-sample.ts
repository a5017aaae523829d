import { wasSchemeAdded } from '../../platform/catalog/image-cell/assumed-scheme.js';
import type { CatalogRow } from '../../platform/catalog/catalog-row.js';

/** Number of images in the sample of an estimate. */
export const SAMPLE_SIZE = 12;

/**
 * Samples the images of a file of unknown length in one pass. Takes the first image of each host,
 * then random images from the whole file (reservoir sampling, algorithm R).
 */
export class ImageSample {
  private readonly firstUrlByHost = new Map<string, string>();
  private readonly reservoir: string[] = [];
  private imageCount = 0;

  constructor(private readonly random: () => number = Math.random) {}

  addRows(rows: readonly CatalogRow[]): void {
    for (const { images, cells } of rows) {
      for (const { url, fault } of images) if (fault === undefined) this.addUrl(url, cells);
    }
  }

  /** Returns up to 12 distinct URLs. A URL that has no scheme in its cell starts with `//`. */
  get urls(): string[] {
    return [...new Set([...this.firstUrlByHost.values(), ...this.reservoir])].slice(0, SAMPLE_SIZE);
  }

  private addUrl(url: string, cells: readonly string[]): void {
    if (this.firstUrlByHost.size < SAMPLE_SIZE) {
      const host = extractHost(url);
      if (!this.firstUrlByHost.has(host)) this.firstUrlByHost.set(host, restoreScheme(url, cells));
    }
    this.imageCount++;
    if (this.reservoir.length < SAMPLE_SIZE) {
      this.reservoir.push(restoreScheme(url, cells));
      return;
    }
    const index = Math.floor(this.random() * this.imageCount);
    if (index < SAMPLE_SIZE) this.reservoir[index] = restoreScheme(url, cells);
  }
}

const restoreScheme = (url: string, cells: readonly string[]): string =>
  wasSchemeAdded(url, cells) ? url.slice('https:'.length) : url;

/** Extracts the host without parsing the URL, which would be slow for a million URLs. */
const extractHost = (url: string): string => {
  const start = url.indexOf('//') + 2;
  const end = url.indexOf('/', start);
  return url.slice(start, end < 0 ? undefined : end).toLowerCase();
};

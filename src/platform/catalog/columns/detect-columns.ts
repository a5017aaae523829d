import { columnKey } from './normalize-header.js';
import type { ImageCellContext } from '../image-cell/image-entry.js';
import { GENERIC, hasName, type Platform, recognizePlatform } from '../platforms/index.js';
import { type ColumnContent, columnContent } from './column-content.js';
import { type NameStrength, imageNameStrength, getInputName } from './image-column-names.js';
import { findNameColumn, findSerialColumn, type TextColumn } from './text-column-names.js';

/** Minimum share of filled cells with image URLs in a column whose name is not known. */
const MIN_IMAGE_SHARE = 0.5;

export interface DetectedColumns {
  platform: Platform;
  /** Positions in file order; empty when no column holds images. */
  images: number[];
  serial?: TextColumn;
  name?: TextColumn;
  /** Image columns that were found by their cells, not by their name. */
  byContent: number[];
  /** Columns that hold URLs, or have the name of an image column, but were not selected. */
  ignored: { index: number; reason: 'links' | 'no_urls' }[];
}

interface Candidate {
  index: number;
  strength: NameStrength;
  /** The platform's table excludes it from the image columns, independent of its cells. */
  isExcluded: boolean;
  content: ColumnContent;
}

/**
 * Decides which columns hold images, the name and the serial number. Uses the names in the header and
 * the cells of the first rows.
 */
export function detectColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  context: ImageCellContext,
  preamble: readonly string[] = [],
): DetectedColumns {
  const platform = recognizePlatform(header, preamble);
  const media = { ...context, mediaUrl: context.mediaUrl ?? platform.mediaUrl };
  const candidates = header.map((name, index) => ({
    index,
    strength: rateName(name, platform),
    isExcluded: hasName(name, platform.notImages ?? []),
    content: columnContent(
      sample.map((cells) => cells[index] ?? ''),
      media,
    ),
  }));
  const usable = candidates.filter((candidate) => !isOwnOutput(header, candidate, candidates));
  return {
    platform,
    ...imageColumns(usable),
    serial: byNames(header, platform.serial) ?? findSerialColumn(header),
    name: byNames(header, platform.name) ?? findNameColumn(header),
  };
}

/** Number of columns recognized by name alone. Distinguishes a header from a data row. */
export function countRecognizedNames(header: readonly string[]): {
  images: number;
  others: number;
} {
  const platform = recognizePlatform(header);
  const strengths = header.map((name) => rateName(name, platform));
  const texts = [findSerialColumn(header), findNameColumn(header)];
  return {
    images: strengths.filter((strength) => strength === 'image').length,
    others:
      strengths.filter((strength) => strength === 'link').length +
      texts.filter((column) => column !== undefined).length +
      (platform === GENERIC ? 0 : 3),
  };
}

function rateName(name: string, platform: Platform): NameStrength {
  if (platform.notImages && hasName(name, platform.notImages)) return undefined;
  return hasName(name, platform.images) ? 'image' : imageNameStrength(name);
}

function byNames(header: readonly string[], names: readonly string[]): TextColumn | undefined {
  for (const name of names) {
    const index = header.findIndex((cell) => hasName(cell, [name]));
    if (index >= 0) return { index, others: [] };
  }
  return undefined;
}

/**
 * Columns that an earlier output file of this app added. They are rewritten, not read. `Output X` is such a
 * column if column X or another image column exists.
 */
function isOwnOutput(
  header: readonly string[],
  { index }: Candidate,
  candidates: readonly Candidate[],
): boolean {
  const input = getInputName(header[index]);
  if (input === undefined) return false;
  return candidates.some(
    (other) =>
      other.index !== index &&
      getInputName(header[other.index]) === undefined &&
      (columnKey(header[other.index]) === columnKey(input) ||
        other.strength === 'image' ||
        other.content.imageUrls > 0),
  );
}

function imageColumns(candidates: Candidate[]) {
  const named = candidates.filter(({ strength }) => strength === 'image');
  const byContent = candidates.filter(
    ({ strength, isExcluded, content }) =>
      strength !== 'image' &&
      !isExcluded &&
      content.imageUrls >= Math.max(1, content.filled * MIN_IMAGE_SHARE),
  );
  const hasUrls = ({ content }: Candidate) => content.urls > 0;
  const isText = ({ content }: Candidate) => content.filled > 0 && content.urls === 0;

  let taken: Candidate[];
  if (named.some(hasUrls)) {
    taken = [...named.filter((column) => !isText(column)), ...byContent];
  } else if (byContent.length > 0) {
    taken = [...named.filter((column) => !isText(column)), ...byContent];
  } else if (named.length > 0) {
    taken = named;
  } else {
    taken = linkColumns(candidates);
  }
  const indexes = taken.map(({ index }) => index).toSorted((a, b) => a - b);
  const left = candidates.filter(({ index }) => !indexes.includes(index));
  return {
    images: indexes,
    byContent: taken.filter(({ strength }) => strength !== 'image').map(({ index }) => index),
    ignored: left.flatMap(({ index, strength, content }): DetectedColumns['ignored'] => {
      if (content.urls > 0) return [{ index, reason: 'links' }];
      return strength === 'image' && content.filled > 0 ? [{ index, reason: 'no_urls' }] : [];
    }),
  };
}

/**
 * Fallback if no image column is found. Returns the column named "URL" or "Link", or the only
 * column with URLs.
 */
function linkColumns(candidates: Candidate[]): Candidate[] {
  const links = candidates.filter(({ strength }) => strength === 'link');
  const withUrls = links.filter(({ content }) => content.urls > 0);
  if (withUrls.length > 0) return withUrls.slice(0, 1);
  const unnamed = candidates.filter(
    ({ content }) => content.urls > 0 && content.urls >= content.filled * MIN_IMAGE_SHARE,
  );
  if (unnamed.length === 1) return unnamed;
  return unnamed.length === 0 ? links.slice(0, 1) : [];
}

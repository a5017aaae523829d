import { toColumnKey } from './normalize-header.js';
import type { ImageCellContext } from '../image-cell/image-entry.js';
import { GENERIC, hasName, type Platform, recognizePlatform } from '../platforms/index.js';
import { type ColumnContent, analyzeColumn } from './column-content.js';
import { type NameStrength, classifyColumnName, getInputName } from './image-column-names.js';
import { findNameColumn, findSerialColumn, type TextColumn } from './text-column-names.js';

/** Minimum share of non-empty cells with image URLs in a column whose name is not recognized. */
const MIN_IMAGE_SHARE = 0.5;

export interface DetectedColumns {
  platform: Platform;
  /** Indexes of the image columns in file order; empty if no column contains images. */
  imageColumns: number[];
  serialColumn?: TextColumn;
  nameColumn?: TextColumn;
  /** Image columns that were recognized by their cells, not by their names. */
  recognizedByContent: number[];
  /** Columns that contain URLs, or are named like an image column, but were not selected. */
  ignoredColumns: { index: number; reason: 'links' | 'no_urls' }[];
}

interface ColumnCandidate {
  index: number;
  strength: NameStrength;
  /** True if the platform excludes the column from the image columns, regardless of its cells. */
  isExcluded: boolean;
  content: ColumnContent;
}

/**
 * Detects the columns that contain the images, the name and the serial number. Uses the header names and the
 * cells of the first rows.
 */
export function detectColumns(
  header: readonly string[],
  sample: readonly (readonly string[])[],
  context: ImageCellContext,
  preamble: readonly string[] = [],
): DetectedColumns {
  const platform = recognizePlatform(header, preamble);
  const mediaContext = { ...context, toMediaUrl: context.toMediaUrl ?? platform.toMediaUrl };
  const candidates = header.map((name, index) => ({
    index,
    strength: classifyName(name, platform),
    isExcluded: hasName(name, platform.excludedColumns ?? []),
    content: analyzeColumn(
      sample.map((cells) => cells[index] ?? ''),
      mediaContext,
    ),
  }));
  const inputColumns = candidates.filter(
    (candidate) => !isPressroomOutput(header, candidate, candidates),
  );
  return {
    platform,
    ...selectImageColumns(inputColumns),
    serialColumn: findColumnByNames(header, platform.serialColumns) ?? findSerialColumn(header),
    nameColumn: findColumnByNames(header, platform.nameColumns) ?? findNameColumn(header),
  };
}

/** Counts the columns recognized by name alone. The result distinguishes a header from a data row. */
export function countRecognizedNames(header: readonly string[]): {
  imageColumnCount: number;
  otherColumnCount: number;
} {
  const platform = recognizePlatform(header);
  const strengths = header.map((name) => classifyName(name, platform));
  const textColumns = [findSerialColumn(header), findNameColumn(header)];
  return {
    imageColumnCount: strengths.filter((strength) => strength === 'image').length,
    otherColumnCount:
      strengths.filter((strength) => strength === 'link').length +
      textColumns.filter((column) => column !== undefined).length +
      (platform === GENERIC ? 0 : 3),
  };
}

function classifyName(name: string, platform: Platform): NameStrength {
  if (platform.excludedColumns && hasName(name, platform.excludedColumns)) return undefined;
  return hasName(name, platform.imageColumns) ? 'image' : classifyColumnName(name);
}

function findColumnByNames(
  header: readonly string[],
  names: readonly string[],
): TextColumn | undefined {
  for (const name of names) {
    const index = header.findIndex((cell) => hasName(cell, [name]));
    if (index >= 0) return { index, otherIndexes: [] };
  }
  return undefined;
}

/**
 * Returns true for a column that Pressroom added to an earlier output file. Such a column is overwritten instead of
 * being read. `Output X` is such a column if column X or another image column exists.
 */
function isPressroomOutput(
  header: readonly string[],
  { index }: ColumnCandidate,
  candidates: readonly ColumnCandidate[],
): boolean {
  const inputName = getInputName(header[index]);
  if (inputName === undefined) return false;
  return candidates.some(
    (other) =>
      other.index !== index &&
      getInputName(header[other.index]) === undefined &&
      (toColumnKey(header[other.index]) === toColumnKey(inputName) ||
        other.strength === 'image' ||
        other.content.imageUrlCellCount > 0),
  );
}

function selectImageColumns(candidates: ColumnCandidate[]) {
  const namedColumns = candidates.filter(({ strength }) => strength === 'image');
  const contentColumns = candidates.filter(
    ({ strength, isExcluded, content }) =>
      strength !== 'image' &&
      !isExcluded &&
      content.imageUrlCellCount >= Math.max(1, content.filledCellCount * MIN_IMAGE_SHARE),
  );
  const hasUrls = ({ content }: ColumnCandidate) => content.urlCellCount > 0;
  const isText = ({ content }: ColumnCandidate) =>
    content.filledCellCount > 0 && content.urlCellCount === 0;

  let selectedColumns: ColumnCandidate[];
  if (namedColumns.some(hasUrls)) {
    selectedColumns = [...namedColumns.filter((column) => !isText(column)), ...contentColumns];
  } else if (contentColumns.length > 0) {
    selectedColumns = [...namedColumns.filter((column) => !isText(column)), ...contentColumns];
  } else if (namedColumns.length > 0) {
    selectedColumns = namedColumns;
  } else {
    selectedColumns = selectLinkColumns(candidates);
  }
  const indexes = selectedColumns.map(({ index }) => index).toSorted((a, b) => a - b);
  const unselectedColumns = candidates.filter(({ index }) => !indexes.includes(index));
  return {
    imageColumns: indexes,
    recognizedByContent: selectedColumns
      .filter(({ strength }) => strength !== 'image')
      .map(({ index }) => index),
    ignoredColumns: unselectedColumns.flatMap(
      ({ index, strength, content }): DetectedColumns['ignoredColumns'] => {
        if (content.urlCellCount > 0) return [{ index, reason: 'links' }];
        return strength === 'image' && content.filledCellCount > 0
          ? [{ index, reason: 'no_urls' }]
          : [];
      },
    ),
  };
}

/**
 * Selects columns if no image column was found: the column named "URL" or "Link", or the only column with
 * URLs.
 */
function selectLinkColumns(candidates: ColumnCandidate[]): ColumnCandidate[] {
  const links = candidates.filter(({ strength }) => strength === 'link');
  const linksWithUrls = links.filter(({ content }) => content.urlCellCount > 0);
  if (linksWithUrls.length > 0) return linksWithUrls.slice(0, 1);
  const urlColumns = candidates.filter(
    ({ content }) =>
      content.urlCellCount > 0 && content.urlCellCount >= content.filledCellCount * MIN_IMAGE_SHARE,
  );
  if (urlColumns.length === 1) return urlColumns;
  return urlColumns.length === 0 ? links.slice(0, 1) : [];
}

import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../../src/platform/catalog/catalog-header.js';
import type { CatalogOptions } from '../../../../src/platform/catalog/catalog-options.js';
import type { CatalogWarning } from '../../../../src/platform/catalog/problems.js';
import { ROW_ERRORS } from '../../../../src/platform/catalog/row-error-table.js';
import { toPageLabels } from './page-labels.js';

function readRejection(head: string[][], options: CatalogOptions = {}): string {
  try {
    readHeader(head, ',', options, []);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The header was accepted');
}

function readWarning(head: string[][]): string {
  const warnings: CatalogWarning[] = [];
  readHeader(head, ',', {}, warnings);
  return warnings.map(({ message }) => message).join(' ');
}

describe('toPageLabels()', () => {
  it.each([
    [
      'a file without an image column',
      readRejection([
        ['sku', 'title'],
        ['1', 'Mug'],
      ]),
      'No column contains image URLs. Rename the image column to "Image URL", or import it as “Image”.',
    ],
    [
      'a header row beyond the first rows',
      readRejection([['Image URL'], ['https://shop.example/a.jpg']], { headerRow: 30 }),
      'The header row is 30, but the header must be one of the first 2 rows. Correct the header row, or omit it.',
    ],
    [
      'a column with links that are not images',
      readWarning([
        ['sku', 'Image URL', 'Product page'],
        ['1', 'https://shop.example/a.jpg', 'https://shop.example/mug'],
      ]),
      'These columns contain URLs but were not read as image columns: "Product page". To compress their images, import them as “Image”.',
    ],
  ])('toPageLabels() replaces all API names in the message for %s', (_case, message, expected) => {
    expect(message).toMatch(/[a-z]_[a-z]/);
    expect(toPageLabels(message)).toBe(expected);
  });

  it('toPageLabels() replaces base_url in the messages of row errors', () => {
    const messages = Object.values(ROW_ERRORS).flatMap(({ what, fix }) => [what, fix ?? '']);
    const replaced = messages.map((message) => toPageLabels(message.replaceAll('`', '')));
    expect(messages.join('\n')).toContain('base_url');
    expect(replaced.join('\n')).not.toContain('base_url');
  });
});

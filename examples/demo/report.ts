import type { Status, StatusImage } from './pressroom-client.js';
import { formatSize, printLine, applyStyle, formatTable } from './terminal.js';

const sumBytes = (images: StatusImage[], field: 'bytes_in' | 'bytes_out') =>
  images.reduce((total, image) => total + (image[field] ?? 0), 0);

const formatSavings = (before: number, after: number) =>
  before === 0 ? '' : `${((1 - after / before) * 100).toFixed(1)}%`;

/** Prints a row for each product, the total savings, and every failed image with its reason. */
export function printReport({ products, progress }: Status): void {
  const rows = products.map(({ product_name: name, images }) => {
    const [before, after] = [sumBytes(images, 'bytes_in'), sumBytes(images, 'bytes_out')];
    return [
      name,
      String(images.length),
      formatSize(before),
      formatSize(after),
      formatSavings(before, after),
      formatNotes(images),
    ];
  });
  const { bytes_in: before, bytes_out: after, total } = progress;
  rows.push([
    'Total',
    String(total),
    formatSize(before),
    formatSize(after),
    formatSavings(before, after),
    '',
  ]);

  const lines = formatTable(
    [
      { title: 'Product', align: 'left' },
      { title: 'Images', align: 'right' },
      { title: 'Before', align: 'right' },
      { title: 'After', align: 'right' },
      { title: 'Saved', align: 'right' },
      { title: '', align: 'left' },
    ],
    rows,
  );
  printLine();
  lines.forEach((line, index) => {
    if (index === 0) printLine(`  ${applyStyle('dim', line)}`);
    else if (index === lines.length - 1) printLine(`  ${applyStyle(['bold', 'green'], line)}`);
    else printLine(`  ${line}`);
  });

  for (const { input_url: url, error } of products.flatMap(({ images }) => images)) {
    if (!error) continue;
    printLine();
    printLine(`  ${applyStyle('red', '✗')} ${url}`);
    printLine(`    ${applyStyle('bold', error.code)}: ${error.message}`);
  }
}

function formatNotes(images: StatusImage[]): string {
  const failedCount = images.filter(({ error }) => error !== null).length;
  const keptCount = images.filter(({ kept_original: keptOriginal }) => keptOriginal).length;
  return [
    failedCount > 0 ? `${failedCount} failed` : '',
    keptCount > 0 ? `${keptCount} kept: already small` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

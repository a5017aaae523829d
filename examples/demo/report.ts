import type { Status, StatusImage } from './pressroom-client.js';
import { kilobytes, printLine, styled, table } from './terminal.js';

const sum = (images: StatusImage[], field: 'bytes_in' | 'bytes_out') =>
  images.reduce((total, image) => total + (image[field] ?? 0), 0);

const saved = (before: number, after: number) =>
  before === 0 ? '' : `${((1 - after / before) * 100).toFixed(1)} %`;

/** Prints a row for each product, the total savings, and every failed image with its reason. */
export function report({ products, progress }: Status): void {
  const rows = products.map(({ product_name: name, images }) => {
    const [before, after] = [sum(images, 'bytes_in'), sum(images, 'bytes_out')];
    return [
      name,
      String(images.length),
      kilobytes(before),
      kilobytes(after),
      saved(before, after),
      note(images),
    ];
  });
  const { bytes_in: before, bytes_out: after, total } = progress;
  rows.push([
    'Total',
    String(total),
    kilobytes(before),
    kilobytes(after),
    saved(before, after),
    '',
  ]);

  const lines = table(
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
  lines.forEach((line, at) => {
    if (at === 0) printLine(`  ${styled('dim', line)}`);
    else if (at === lines.length - 1) printLine(`  ${styled(['bold', 'green'], line)}`);
    else printLine(`  ${line}`);
  });

  for (const { input_url: url, error } of products.flatMap(({ images }) => images)) {
    if (!error) continue;
    printLine();
    printLine(`  ${styled('red', '✗')} ${url}`);
    printLine(`    ${styled('bold', error.code)}: ${error.message}`);
  }
}

function note(images: StatusImage[]): string {
  const failed = images.filter(({ error }) => error !== null).length;
  const kept = images.filter(({ kept_original: keptOriginal }) => keptOriginal).length;
  return [failed > 0 ? `${failed} failed` : '', kept > 0 ? `${kept} kept: small already` : '']
    .filter(Boolean)
    .join(', ');
}

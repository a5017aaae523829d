import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a CSV of `products` rows with `perRow` images each. */
export async function writeCatalog(
  path: string,
  products: number,
  perRow: number,
  url: (image: number) => string,
): Promise<string> {
  await pipeline(Readable.from(lines(products, perRow, url)), createWriteStream(path));
  return path;
}

function* lines(products: number, perRow: number, url: (image: number) => string) {
  let block = 'S. No.,Product Name,Input Image Urls\n';
  for (let row = 0; row < products; row++) {
    const urls = Array.from({ length: perRow }, (_, i) => url(row * perRow + i)).join(',');
    block += `${row + 1},SKU${row + 1},"${urls}"\n`;
    if (block.length < 256 * 1024) continue;
    yield block;
    block = '';
  }
  yield block;
}

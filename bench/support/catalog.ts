import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a CSV of `productCount` rows with `imagesPerRow` images each. */
export async function writeCatalog(
  path: string,
  productCount: number,
  imagesPerRow: number,
  imageUrl: (image: number) => string,
): Promise<string> {
  await pipeline(
    Readable.from(toChunks(generateCatalogLines(productCount, imagesPerRow, imageUrl))),
    createWriteStream(path),
  );
  return path;
}

/**
 * Writes a Shopify export. Each product has four rows: a variant with two images, a third image, and two variants
 * without images.
 */
export async function writeShopifyExport(
  path: string,
  rowCount: number,
  imageUrl: (image: number) => string,
): Promise<string> {
  await pipeline(
    Readable.from(toChunks(generateShopifyLines(rowCount, imageUrl))),
    createWriteStream(path),
  );
  return path;
}

const SHOPIFY_HEADER =
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,' +
  'Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Requires Shipping,' +
  'Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Variant Image,Variant Weight Unit,Status\n';

function* generateShopifyLines(rowCount: number, imageUrl: (image: number) => string) {
  yield SHOPIFY_HEADER;
  for (let row = 0; row < rowCount; row++) {
    const [product, rowInProduct] = [Math.floor(row / 4), row % 4];
    const handle = `product-${product}`;
    const image = product * 3;
    if (rowInProduct === 0) {
      const description = `"<p>Stoneware, ${product} ml.</p><ul><li>Dishwasher safe</li></ul>"`;
      yield `${handle},Product ${product},${description},Pottery,Home,Mugs,"stone, mug",true,Color,Blue,SKU-${product}-1,400,shopify,12,19.90,true,${imageUrl(image)},1,Front,false,,${imageUrl(image + 1)},g,active\n`;
    } else if (rowInProduct === 1) {
      yield `${handle},,,,,,,,,,,,,,,,${imageUrl(image + 2)},2,Back,,,,,\n`;
    } else {
      yield `${handle},,,,,,,,,Size ${rowInProduct},SKU-${product}-${rowInProduct},400,shopify,7,19.90,true,,,,,,,g,\n`;
    }
  }
}

function* generateCatalogLines(
  productCount: number,
  imagesPerRow: number,
  imageUrl: (image: number) => string,
) {
  yield 'S. No.,Product Name,Input Image Urls\n';
  for (let row = 0; row < productCount; row++) {
    const urls = Array.from({ length: imagesPerRow }, (_, i) =>
      imageUrl(row * imagesPerRow + i),
    ).join(',');
    yield `${row + 1},SKU${row + 1},"${urls}"\n`;
  }
}

function* toChunks(texts: Iterable<string>) {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < 256 * 1024) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

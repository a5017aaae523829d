/**
 * `node --import tsx examples/sample.ts` draws the page's sample catalog into web/public/sample. The
 * images are in the repository, because drawing takes a minute.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { EXAMPLE_IMAGES } from './catalog/products.js';
import { drawImages } from './images/draw-images.js';

const OUTPUT_FOLDER = new URL('../web/public/sample/', import.meta.url);
const SAMPLE_ORIGIN = 'https://sample.pressroom.alt';
/** Length of the longer side, sufficient to judge the compression. */
const LONGER_SIDE_PIXELS = 880;

const PRODUCTS: [name: string, paths: string[]][] = [
  ['Stoneware mug', ['/mug/front.jpg', '/mug/close.jpg']],
  ['Running shoe', ['/shoe/front.jpg', '/shoe/blue.jpg']],
  ['Reading lamp', ['/lamp/front.jpg']],
  ['Lounge chair', ['/chair/fabric.jpg', '/chair/cut-out.png']],
  ['House plant', ['/plant/front.jpg', '/plant/leaf.webp']],
  ['Wall clock', ['/clock/wall.jpg']],
  ['Headphones', ['/headphones/front.jpg']],
  [
    'Notebook (its second link is broken on purpose)',
    ['/notebook/front.jpg', '/notebook/gone.jpg'],
  ],
];

const samplePaths = new Set(PRODUCTS.flatMap(([, paths]) => paths));
const sampleImages = EXAMPLE_IMAGES.filter(({ path }) => samplePaths.has(path)).map((image) => {
  const scale = LONGER_SIDE_PIXELS / Math.max(image.width, image.height);
  const [width, height] = [image.width, image.height].map((side) => Math.round(side * scale));
  return { ...image, width, height };
});
const toFileName = (path: string) => path.slice(1).replace('/', '-');

await rm(OUTPUT_FOLDER, { recursive: true, force: true });
await mkdir(OUTPUT_FOLDER, { recursive: true });
for (const [path, content] of await drawImages(sampleImages)) {
  await writeFile(new URL(toFileName(path), OUTPUT_FOLDER), content);
}
const rows = PRODUCTS.map(([name, paths], index) => {
  const urls = paths.map((path) => `${SAMPLE_ORIGIN}/${toFileName(path)}`).join(',');
  return `${index + 1},${name},"${urls}"`;
});
await writeFile(
  new URL('catalog.csv', OUTPUT_FOLDER),
  ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n'),
);

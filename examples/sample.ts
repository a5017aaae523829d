/**
 * `node --import tsx examples/sample.ts` draws the page's sample catalog into web/public/sample. The drawn
 * files are in the repository, because drawing takes a minute.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { PICTURES } from './catalog/products.js';
import { drawAll } from './pictures/draw-all.js';

const TARGET = new URL('../web/public/sample/', import.meta.url);
const HOST = 'https://sample.pressroom.alt';
/** Length of the longer side in pixels, sufficient to judge a compression. */
const LONGER_SIDE = 880;

const PRODUCTS: [name: string, pictures: string[]][] = [
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

const wanted = new Set(PRODUCTS.flatMap(([, paths]) => paths));
const pictures = PICTURES.filter(({ path }) => wanted.has(path)).map((picture) => {
  const scale = LONGER_SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width, picture.height].map((side) => Math.round(side * scale));
  return { ...picture, width, height };
});
const nameOf = (path: string) => path.slice(1).replace('/', '-');

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
for (const [path, image] of await drawAll(pictures)) {
  await writeFile(new URL(nameOf(path), TARGET), image);
}
const rows = PRODUCTS.map(([name, paths], at) => {
  const urls = paths.map((path) => `${HOST}/${nameOf(path)}`).join(',');
  return `${at + 1},${name},"${urls}"`;
});
await writeFile(
  new URL('catalog.csv', TARGET),
  ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n'),
);

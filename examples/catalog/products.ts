import { backpack } from '../pictures/products/backpack.js';
import { bottle } from '../pictures/products/bottle.js';
import { candle } from '../pictures/products/candle.js';
import { chair } from '../pictures/products/chair.js';
import { clock } from '../pictures/products/clock.js';
import { cushion } from '../pictures/products/cushion.js';
import { headphones } from '../pictures/products/headphones.js';
import { kettle } from '../pictures/products/kettle.js';
import { lamp } from '../pictures/products/lamp.js';
import { mug } from '../pictures/products/mug.js';
import { notebook } from '../pictures/products/notebook.js';
import { plant } from '../pictures/products/plant.js';
import { shoe } from '../pictures/products/shoe.js';
import { watch } from '../pictures/products/watch.js';
import type { Picture } from '../pictures/scene.js';

const close = (x: number, y: number, side: number) => ({ crop: { x, y, side } });
const big = { width: 1840, height: 1380 };
const wide = { width: 1600, height: 1200 };
const square = { width: 1280, height: 1280 };
const small = { width: 360, height: 360 };
const sand = '#cdb99d';
const mist = '#b9c3c8';
const rose = '#d3b0a4';
const sage = '#aab59a';

/**
 * Images of the example shop: every supported format, and typical irregularities of real catalogs.
 */
export const PICTURES: Picture[] = [
  { path: '/mug/front.jpg', ...big, drawing: mug(), backdrop: 'table', color: sand },
  {
    path: '/mug/close.jpg',
    ...wide,
    drawing: mug(),
    backdrop: 'table',
    color: sand,
    ...close(450, 480, 460),
  },
  {
    path: '/mug-rust/front.webp',
    ...wide,
    drawing: mug('#a5512f'),
    backdrop: 'studio',
    color: mist,
  },
  { path: '/shoe/front.jpg', ...big, drawing: shoe(), backdrop: 'studio', color: mist },
  {
    path: '/shoe/close.jpg',
    ...wide,
    drawing: shoe(),
    backdrop: 'studio',
    color: mist,
    ...close(430, 590, 440),
  },
  { path: '/shoe/blue.jpg', ...wide, drawing: shoe('#2f63b8'), backdrop: 'studio', color: rose },
  { path: '/lamp/front.jpg', ...wide, drawing: lamp(), backdrop: 'room', color: '#6d7f86' },
  {
    path: '/lamp/switch.gif',
    ...small,
    drawing: lamp('#e0a52c', 0),
    frames: [0.35, 0.7, 1, 0.9, 0.6].map((light) => lamp('#e0a52c', light)),
    backdrop: 'studio',
    color: '#7b868b',
  },
  {
    path: '/chair/front.jpg',
    width: 1380,
    height: 1840,
    drawing: chair(),
    backdrop: 'room',
    color: sand,
    storeRotated: true,
  },
  {
    path: '/chair/fabric.jpg',
    ...wide,
    drawing: chair(),
    backdrop: 'room',
    color: sand,
    ...close(470, 400, 330),
  },
  {
    path: '/chair/cut-out.png',
    width: 1100,
    height: 1300,
    drawing: chair('#a8553f'),
    backdrop: 'none',
    color: sand,
  },
  { path: '/plant/front.jpg', ...big, drawing: plant(), backdrop: 'room', color: '#d8cfc0' },
  {
    path: '/plant/leaf.webp',
    ...wide,
    drawing: plant(),
    backdrop: 'room',
    color: '#d8cfc0',
    ...close(420, 380, 420),
  },
  { path: '/clock/front.png', ...square, drawing: clock(), backdrop: 'none', color: sand },
  { path: '/clock/wall.jpg', ...wide, drawing: clock('#3f4b52'), backdrop: 'studio', color: sage },
  { path: '/headphones/front.jpg', ...big, drawing: headphones(), backdrop: 'table', color: mist },
  {
    path: '/headphones/side.avif',
    ...square,
    drawing: headphones('#8c3b46'),
    backdrop: 'studio',
    color: rose,
    ...close(640, 620, 560),
  },
  { path: '/backpack/front.jpg', ...big, drawing: backpack(), backdrop: 'table', color: rose },
  {
    path: '/backpack/strap.jpg',
    ...wide,
    drawing: backpack(),
    backdrop: 'table',
    color: rose,
    ...close(440, 480, 400),
  },
  { path: '/watch/front.avif', ...square, drawing: watch(), backdrop: 'studio', color: sand },
  {
    path: '/watch/dial.jpg',
    ...wide,
    drawing: watch(),
    backdrop: 'studio',
    color: sand,
    ...close(500, 500, 500),
  },
  { path: '/candle/front.jpg', ...wide, drawing: candle(), backdrop: 'table', color: '#5d4a45' },
  {
    path: '/candle/flame.gif',
    ...small,
    drawing: candle(),
    frames: [0.5, 0.9, 0.4, -0.3, -0.8, -0.4].map((sway) => candle('#efe3cf', sway)),
    backdrop: 'studio',
    color: '#4b3f3d',
  },
  { path: '/kettle/front.tiff', ...square, drawing: kettle(), backdrop: 'table', color: sage },
  {
    path: '/kettle/front.jpg',
    ...wide,
    drawing: kettle('#c9d4cf'),
    backdrop: 'table',
    color: sage,
  },
  { path: '/notebook/front.jpg', ...big, drawing: notebook(), backdrop: 'studio', color: sand },
  {
    path: '/notebook/thumbnail.jpg',
    width: 160,
    height: 120,
    drawing: notebook(),
    backdrop: 'studio',
    color: sand,
    tiny: true,
  },
  { path: '/cushion/front.webp', ...wide, drawing: cushion(), backdrop: 'studio', color: mist },
  {
    path: '/cushion/green.jpg',
    ...wide,
    drawing: cushion('#6f9a74'),
    backdrop: 'room',
    color: rose,
  },
  { path: '/soap/front.jpg', ...wide, drawing: bottle(), backdrop: 'studio', color: sage },
  {
    path: '/soap/cut-out.png',
    width: 900,
    height: 1200,
    drawing: bottle(),
    backdrop: 'none',
    color: sage,
  },
];

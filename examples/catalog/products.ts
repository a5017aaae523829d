import { drawBackpack } from '../images/products/backpack.js';
import { drawBottle } from '../images/products/bottle.js';
import { drawCandle } from '../images/products/candle.js';
import { drawChair } from '../images/products/chair.js';
import { drawClock } from '../images/products/clock.js';
import { drawCushion } from '../images/products/cushion.js';
import { drawHeadphones } from '../images/products/headphones.js';
import { drawKettle } from '../images/products/kettle.js';
import { drawLamp } from '../images/products/lamp.js';
import { drawMug } from '../images/products/mug.js';
import { drawNotebook } from '../images/products/notebook.js';
import { drawPlant } from '../images/products/plant.js';
import { drawShoe } from '../images/products/shoe.js';
import { drawWatch } from '../images/products/watch.js';
import type { ExampleImage } from '../images/scene.js';

const createCloseUp = (x: number, y: number, side: number) => ({ crop: { x, y, side } });
const LARGE = { width: 1840, height: 1380 };
const WIDE = { width: 1600, height: 1200 };
const SQUARE = { width: 1280, height: 1280 };
const SMALL = { width: 360, height: 360 };
const SAND = '#cdb99d';
const MIST = '#b9c3c8';
const ROSE = '#d3b0a4';
const SAGE = '#aab59a';

/**
 * Images of the example shop. They cover every supported format and typical irregularities of real catalogs.
 */
export const EXAMPLE_IMAGES: ExampleImage[] = [
  { path: '/mug/front.jpg', ...LARGE, drawing: drawMug(), backdrop: 'table', color: SAND },
  {
    path: '/mug/close.jpg',
    ...WIDE,
    drawing: drawMug(),
    backdrop: 'table',
    color: SAND,
    ...createCloseUp(450, 480, 460),
  },
  {
    path: '/mug-rust/front.webp',
    ...WIDE,
    drawing: drawMug('#a5512f'),
    backdrop: 'studio',
    color: MIST,
  },
  { path: '/shoe/front.jpg', ...LARGE, drawing: drawShoe(), backdrop: 'studio', color: MIST },
  {
    path: '/shoe/close.jpg',
    ...WIDE,
    drawing: drawShoe(),
    backdrop: 'studio',
    color: MIST,
    ...createCloseUp(430, 590, 440),
  },
  {
    path: '/shoe/blue.jpg',
    ...WIDE,
    drawing: drawShoe('#2f63b8'),
    backdrop: 'studio',
    color: ROSE,
  },
  { path: '/lamp/front.jpg', ...WIDE, drawing: drawLamp(), backdrop: 'room', color: '#6d7f86' },
  {
    path: '/lamp/switch.gif',
    ...SMALL,
    drawing: drawLamp('#e0a52c', 0),
    frames: [0.35, 0.7, 1, 0.9, 0.6].map((light) => drawLamp('#e0a52c', light)),
    backdrop: 'studio',
    color: '#7b868b',
  },
  {
    path: '/chair/front.jpg',
    width: 1380,
    height: 1840,
    drawing: drawChair(),
    backdrop: 'room',
    color: SAND,
    isStoredRotated: true,
  },
  {
    path: '/chair/fabric.jpg',
    ...WIDE,
    drawing: drawChair(),
    backdrop: 'room',
    color: SAND,
    ...createCloseUp(470, 400, 330),
  },
  {
    path: '/chair/cut-out.png',
    width: 1100,
    height: 1300,
    drawing: drawChair('#a8553f'),
    backdrop: 'none',
    color: SAND,
  },
  { path: '/plant/front.jpg', ...LARGE, drawing: drawPlant(), backdrop: 'room', color: '#d8cfc0' },
  {
    path: '/plant/leaf.webp',
    ...WIDE,
    drawing: drawPlant(),
    backdrop: 'room',
    color: '#d8cfc0',
    ...createCloseUp(420, 380, 420),
  },
  { path: '/clock/front.png', ...SQUARE, drawing: drawClock(), backdrop: 'none', color: SAND },
  {
    path: '/clock/wall.jpg',
    ...WIDE,
    drawing: drawClock('#3f4b52'),
    backdrop: 'studio',
    color: SAGE,
  },
  {
    path: '/headphones/front.jpg',
    ...LARGE,
    drawing: drawHeadphones(),
    backdrop: 'table',
    color: MIST,
  },
  {
    path: '/headphones/side.avif',
    ...SQUARE,
    drawing: drawHeadphones('#8c3b46'),
    backdrop: 'studio',
    color: ROSE,
    ...createCloseUp(640, 620, 560),
  },
  {
    path: '/backpack/front.jpg',
    ...LARGE,
    drawing: drawBackpack(),
    backdrop: 'table',
    color: ROSE,
  },
  {
    path: '/backpack/strap.jpg',
    ...WIDE,
    drawing: drawBackpack(),
    backdrop: 'table',
    color: ROSE,
    ...createCloseUp(440, 480, 400),
  },
  { path: '/watch/front.avif', ...SQUARE, drawing: drawWatch(), backdrop: 'studio', color: SAND },
  {
    path: '/watch/dial.jpg',
    ...WIDE,
    drawing: drawWatch(),
    backdrop: 'studio',
    color: SAND,
    ...createCloseUp(500, 500, 500),
  },
  {
    path: '/candle/front.jpg',
    ...WIDE,
    drawing: drawCandle(),
    backdrop: 'table',
    color: '#5d4a45',
  },
  {
    path: '/candle/flame.gif',
    ...SMALL,
    drawing: drawCandle(),
    frames: [0.5, 0.9, 0.4, -0.3, -0.8, -0.4].map((sway) => drawCandle('#efe3cf', sway)),
    backdrop: 'studio',
    color: '#4b3f3d',
  },
  { path: '/kettle/front.tiff', ...SQUARE, drawing: drawKettle(), backdrop: 'table', color: SAGE },
  {
    path: '/kettle/front.jpg',
    ...WIDE,
    drawing: drawKettle('#c9d4cf'),
    backdrop: 'table',
    color: SAGE,
  },
  {
    path: '/notebook/front.jpg',
    ...LARGE,
    drawing: drawNotebook(),
    backdrop: 'studio',
    color: SAND,
  },
  {
    path: '/notebook/thumbnail.jpg',
    width: 160,
    height: 120,
    drawing: drawNotebook(),
    backdrop: 'studio',
    color: SAND,
    isAlreadySmall: true,
  },
  { path: '/cushion/front.webp', ...WIDE, drawing: drawCushion(), backdrop: 'studio', color: MIST },
  {
    path: '/cushion/green.jpg',
    ...WIDE,
    drawing: drawCushion('#6f9a74'),
    backdrop: 'room',
    color: ROSE,
  },
  { path: '/soap/front.jpg', ...WIDE, drawing: drawBottle(), backdrop: 'studio', color: SAGE },
  {
    path: '/soap/cut-out.png',
    width: 900,
    height: 1200,
    drawing: drawBottle(),
    backdrop: 'none',
    color: SAGE,
  },
];

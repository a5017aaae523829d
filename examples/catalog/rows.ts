import Papa from 'papaparse';

interface ExampleRow {
  name: string;
  category: string;
  /** Paths in the example shop. */
  images: string[];
}

/** Path of an image that the catalog lists but the shop does not have. */
export const DEAD_LINK_PATH = '/shoe/blue-back.jpg';

const EXAMPLE_ROWS: ExampleRow[] = [
  {
    name: 'Stoneware mug, blue',
    category: 'Kitchen',
    images: ['/mug/front.jpg', '/mug/close.jpg'],
  },
  { name: 'Stoneware mug, rust', category: 'Kitchen', images: ['/mug-rust/front.webp'] },
  { name: 'Running shoe, red', category: 'Shoes', images: ['/shoe/front.jpg', '/shoe/close.jpg'] },
  { name: 'Running shoe, blue', category: 'Shoes', images: ['/shoe/blue.jpg', DEAD_LINK_PATH] },
  {
    name: 'Desk lamp',
    category: 'Home, lighting',
    images: ['/lamp/front.jpg', '/lamp/switch.gif'],
  },
  {
    name: 'Dining chair',
    category: 'Home, furniture',
    images: ['/chair/front.jpg', '/chair/fabric.jpg', '/chair/cut-out.png'],
  },
  { name: 'Rubber plant', category: 'Garden', images: ['/plant/front.jpg', '/plant/leaf.webp'] },
  { name: 'Wall clock', category: 'Home', images: ['/clock/front.png', '/clock/wall.jpg'] },
  {
    name: 'Headphones',
    category: 'Audio',
    images: ['/headphones/front.jpg', '/headphones/side.avif'],
  },
  {
    name: 'Canvas backpack',
    category: 'Bags',
    images: ['/backpack/front.jpg', '/backpack/strap.jpg'],
  },
  { name: 'Wristwatch', category: 'Watches', images: ['/watch/front.avif', '/watch/dial.jpg'] },
  { name: 'Scented candle', category: 'Home', images: ['/candle/front.jpg', '/candle/flame.gif'] },
  {
    name: 'Enamel kettle',
    category: 'Kitchen',
    images: ['/kettle/front.tiff', '/kettle/front.jpg'],
  },
  {
    name: 'Notebooks, set of two',
    category: 'Paper',
    images: ['/notebook/front.jpg', '/notebook/thumbnail.jpg'],
  },
  {
    name: 'Striped cushion',
    category: 'Home',
    images: ['/cushion/front.webp', '/cushion/green.jpg'],
  },
  { name: 'Hand soap', category: 'Bath', images: ['/soap/front.jpg', '/soap/cut-out.png'] },
  {
    name: 'Gift set: mug and kettle',
    category: 'Kitchen',
    images: ['/mug/front.jpg', '/kettle/front.jpg'],
  },
];

/** Returns the catalog as a shop system exports it, with several URLs per cell and an additional column. */
export function createCatalogCsv(origin: string): string {
  return `${Papa.unparse({
    fields: ['S. No.', 'Product Name', 'Category', 'Input Image Urls'],
    data: EXAMPLE_ROWS.map(({ name, category, images }, index) => {
      const urls = images.map((path) => `${origin}${path}`).join(',');
      return [String(index + 1).padStart(3, '0'), name, category, urls];
    }),
  })}\r\n`;
}

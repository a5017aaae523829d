/**
 * `npm run shop`: starts only the example shop, for a Pressroom that was started with
 * `OUTBOUND_ALLOW=127.0.0.1/32:9001`. Its catalog is `examples/products.csv`.
 */
import { once } from 'node:events';
import { EXAMPLE_IMAGES } from './catalog/products.js';
import { Shop } from './demo/shop.js';
import { drawImages } from './images/draw-images.js';

/** Port of the URLs in `examples/products.csv`. */
const PORT = 9001;

const shop = await Shop.open(await drawImages(EXAMPLE_IMAGES), PORT);
console.log(`The example shop listens on ${shop.origin}. Press Ctrl-C to stop it. Images:`);
for (const { path } of EXAMPLE_IMAGES) console.log(`  ${shop.origin}${path}`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await shop.close();

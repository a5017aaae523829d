/**
 * `npm run shop`: the example shop on its own, for a Pressroom that was started with
 * `OUTBOUND_ALLOW=127.0.0.1/32:9001`. `examples/products.csv` is its catalog.
 */
import { once } from 'node:events';
import { PICTURES } from './catalog/products.js';
import { Shop } from './demo/shop.js';
import { drawAll } from './pictures/draw-all.js';

/** Port of the URLs in `examples/products.csv`. */
const PORT = 9001;

const shop = await Shop.open(await drawAll(PICTURES), PORT);
console.log(`The example shop listens on ${shop.origin}. Press Ctrl-C to stop it. Images:`);
for (const { path } of PICTURES) console.log(`  ${shop.origin}${path}`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await shop.close();

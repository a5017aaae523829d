import { type Figure, interleaved, median } from '../support/figures.js';
import type { Stage } from '../support/stage.js';

/** The same catalog a second time, nothing changed at its origin. */
export async function again(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 500 : 2000;
  const app = await stage.app();
  await app.secondsFor(await stage.catalog('photo', 50));
  let csv = '';
  const pairs = await interleaved(
    3,
    async () => {
      csv = await stage.catalog('photo', images);
      return app.secondsFor(csv);
    },
    () => app.secondsFor(csv),
  );
  const second = median(pairs.map(({ b }) => b));
  return [
    {
      what: `The same ${images} images again`,
      measured: `${second.toFixed(2)} s, ${Math.round(images / second)} images/s`,
      against: `the first time ${median(pairs.map(({ a }) => a)).toFixed(2)} s`,
      ratio: median(pairs.map(({ a, b }) => a / b)),
      target: { atLeast: 15 },
    },
  ];
}

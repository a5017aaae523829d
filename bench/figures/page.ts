import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_FLAGS } from '../../test/browser/support/chromium.js';
import { type Figure, median } from '../support/figures.js';
import { finishedRequest } from '../support/finished-request.js';
import type { Stage } from '../support/stage.js';

/** The web page in Chromium: its first paint, and its frames while a long list of images scrolls. */
export async function page(stage: Stage): Promise<Figure[]> {
  const images = stage.small ? 10_000 : 100_000;
  const app = await stage.app();
  const id = await stage.servers.withDatabase((db) => finishedRequest(db, images / 2));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  try {
    return [await firstPaint(browser, app.url), ...(await frames(browser, `${app.url}/r/${id}`))];
  } finally {
    await browser.close();
  }
}

async function firstPaint(browser: Browser, url: string): Promise<Figure> {
  const times: number[] = [];
  for (let visit = 0; visit < 5; visit += 1) {
    const opened = await browser.newPage();
    await opened.goto(url);
    await opened.getByRole('heading', { level: 1 }).waitFor();
    times.push(
      await opened.evaluate<number>(
        `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
      ),
    );
    await opened.close();
  }
  const ms = median(times);
  return {
    what: 'Page: first contentful paint',
    measured: `${ms.toFixed(0)} ms`,
    against: '-',
    ratio: ms,
    target: { atMost: 1000 },
  };
}

async function frames(browser: Browser, url: string): Promise<Figure[]> {
  const opened = await browser.newPage({ reducedMotion: 'reduce' });
  await opened.goto(url);
  await opened.locator('.card').first().waitFor();
  const rest = await scroll(opened, 0);
  const glide = await scroll(opened, 90);
  const leaps = await scroll(opened, 80_000);
  await opened.close();
  const against = `${rest.median.toFixed(1)} ms at rest`;
  return [
    {
      what: 'Page: median frame while the image list scrolls',
      measured: `${glide.median.toFixed(1)} ms`,
      against,
      ratio: glide.median - rest.median,
      target: { atMost: 17 },
    },
    {
      what: 'Page: longest frame while the image list jumps',
      measured: `${leaps.longest.toFixed(0)} ms`,
      against,
      ratio: leaps.longest,
      target: { atMost: 1000 },
    },
  ];
}

interface Frames {
  longest: number;
  median: number;
}

/** Scrolls for 90 frames from the present position and returns their times in milliseconds. */
function scroll(opened: Page, pixelsAFrame: number): Promise<Frames> {
  return opened.evaluate(`new Promise((resolve) => {
    const times = [];
    let last = performance.now();
    const next = (now) => {
      times.push(now - last);
      last = now;
      scrollBy(0, ${pixelsAFrame});
      if (times.length <= 90) return requestAnimationFrame(next);
      const sorted = times.slice(1).toSorted((a, b) => a - b);
      resolve({ longest: sorted.at(-1), median: sorted[sorted.length >> 1] });
    };
    requestAnimationFrame(next);
  })`);
}

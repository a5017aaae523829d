import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from '../../test/browser/support/chromium.js';
import { type Measurement, median } from '../support/measurement.js';
import { insertCompletedRequest } from '../support/completed-request.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures the first paint of the web page, and frame times while a long image list scrolls. */
export async function benchmarkWebPage(environment: BenchEnvironment): Promise<Measurement[]> {
  const imageCount = environment.isSmall ? 10_000 : 100_000;
  const app = await environment.startApp();
  const id = await environment.servers.withDatabase((db) =>
    insertCompletedRequest(db, imageCount / 2),
  );
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_FLAGS });
  try {
    return [
      await measureFirstPaint(browser, app.url),
      ...(await measureFrames(browser, `${app.url}/r/${id}`)),
    ];
  } finally {
    await browser.close();
  }
}

async function measureFirstPaint(browser: Browser, url: string): Promise<Measurement> {
  const times: number[] = [];
  for (let visit = 0; visit < 5; visit += 1) {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    times.push(
      await page.evaluate<number>(
        `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
      ),
    );
    await page.close();
  }
  const ms = median(times);
  return {
    label: 'Page: first contentful paint',
    value: `${ms.toFixed(0)} ms`,
    baseline: '-',
    ratio: ms,
    target: { atMost: 1000 },
  };
}

async function measureFrames(browser: Browser, url: string): Promise<Measurement[]> {
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  await page.goto(url);
  await page.locator('.card').first().waitFor();
  const idle = await measureFrameTimes(page, 0);
  const scrolling = await measureFrameTimes(page, 90);
  const jumping = await measureFrameTimes(page, 80_000);
  await page.close();
  const baseline = `${idle.medianMs.toFixed(1)} ms without scrolling`;
  return [
    {
      label: 'Page: median frame time while the image list scrolls',
      value: `${scrolling.medianMs.toFixed(1)} ms`,
      baseline,
      ratio: scrolling.medianMs - idle.medianMs,
      target: { atMost: 17 },
    },
    {
      label: 'Page: longest frame time while the image list jumps',
      value: `${jumping.longestMs.toFixed(0)} ms`,
      baseline,
      ratio: jumping.longestMs,
      target: { atMost: 1000 },
    },
  ];
}

interface FrameTimes {
  longestMs: number;
  medianMs: number;
}

/** Scrolls for 90 frames from the current position. */
function measureFrameTimes(page: Page, pixelsPerFrame: number): Promise<FrameTimes> {
  return page.evaluate(`new Promise((resolve) => {
    const times = [];
    let last = performance.now();
    const next = (now) => {
      times.push(now - last);
      last = now;
      scrollBy(0, ${pixelsPerFrame});
      if (times.length <= 90) return requestAnimationFrame(next);
      const sorted = times.slice(1).toSorted((a, b) => a - b);
      resolve({ longestMs: sorted.at(-1), medianMs: sorted[sorted.length >> 1] });
    };
    requestAnimationFrame(next);
  })`);
}

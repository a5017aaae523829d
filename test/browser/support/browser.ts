import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Download, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_FLAGS } from './chromium.js';

/**
 * Without Chromium, `npm test` skips these tests and says so. In CI and with `npm run test:browser` they fail
 * instead.
 */
export const NO_BROWSER = CHROMIUM === undefined && process.env.CI !== 'true';

/** Ends with the process, because Playwright kills its browsers then. */
let running: Browser | undefined;

/**
 * Returns the Chromium of this worker, which its test files share one after the other. Contexts separate their cookies,
 * storage and caches. Starts a new one after a crash.
 */
export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('There is no Chromium: apt-get install chromium');
  if (running?.isConnected() !== true) {
    running = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  }
  return running;
}

/** Closes all pages of a test file. */
export async function closeContexts(browser: Browser | undefined): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

export interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  reducedMotion?: boolean;
}

export const PHONE = { width: 390, height: 844 };

/** A page that records its errors. */
export class WatchedPage {
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.errors.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.errors.push(`${message.text()} ${message.location().url}`);
    });
    page.setDefaultTimeout(60_000);
  }

  static async open(browser: Browser, look: Look = {}): Promise<WatchedPage> {
    const { scheme = 'light', width = 1280, height = 900, reducedMotion = false } = look;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      acceptDownloads: true,
      permissions: ['clipboard-read', 'clipboard-write'],
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    return new WatchedPage(await context.newPage());
  }

  /** Returns the errors that no pattern expects. Chromium logs each response other than 2xx. */
  unexpectedErrors(...expected: RegExp[]): string[] {
    return this.errors.filter((error) => !expected.some((known) => known.test(error)));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA, and axe's best practices; each violation with its elements. */
export async function violationsOn(page: Page): Promise<{ id: string; nodes: string[] }[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    }));
  });
}

/** Drops a file on the window, as a user does. */
export async function dropFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const base64 = Buffer.from(content as string).toString('base64');
  const dataTransfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      return transfer;
    },
    [name, base64] as const,
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Downloads the finished product file in the shape that the page suggests. */
export async function downloadProductFile(page: Page): Promise<Download> {
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download file' }).click(),
  ]);
  return download;
}

/** Returns the number of pixels by which the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Download, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from './chromium.js';

/**
 * Skips the browser tests in `npm test` if Chromium is not installed. In CI and in `npm run test:browser`, they
 * fail instead.
 */
export const NO_BROWSER = CHROMIUM_PATH === undefined && process.env.CI !== 'true';

/** Needs no cleanup, because Playwright closes its browsers when the process exits. */
let sharedBrowser: Browser | undefined;

/**
 * Returns the browser of this worker process, which the test files use one after another. Contexts separate their
 * cookies, storage and caches. Starts a new browser after a crash.
 */
export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM_PATH)
    throw new Error('Chromium is not installed. Run apt-get install chromium-headless-shell.');
  if (sharedBrowser?.isConnected() !== true) {
    sharedBrowser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_FLAGS });
  }
  return sharedBrowser;
}

/** Closes all pages of a test file. */
export async function closeContexts(browser: Browser | undefined): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

export interface Appearance {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  reducedMotion?: boolean;
}

export const PHONE = { width: 390, height: 844 };

/** A page that records its errors and warnings. */
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

  static async open(browser: Browser, appearance: Appearance = {}): Promise<WatchedPage> {
    const { scheme = 'light', width = 1280, height = 900, reducedMotion = false } = appearance;
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

  /** Returns the errors that match no expected pattern. Chromium logs each error response. */
  listUnexpectedErrors(...expected: RegExp[]): string[] {
    return this.errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

const AXE_SCRIPT = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** Returns violations of WCAG 2.2 A and AA and of axe's best practices, each with its elements. */
export async function findViolations(page: Page): Promise<{ id: string; nodes: string[] }[]> {
  await page.evaluate(AXE_SCRIPT);
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

/** Drops a file on the page, as a user would. */
export async function dropFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const base64 = Buffer.from(content as string).toString('base64');
  const dataTransfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      return transfer;
    },
    [name, base64] as const,
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Downloads the finished product file with the default options of the page. */
export async function downloadProductFile(page: Page): Promise<Download> {
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download file' }).click(),
  ]);
  return download;
}

/** Returns the number of pixels by which the page is wider than the window. */
export const measureOverflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

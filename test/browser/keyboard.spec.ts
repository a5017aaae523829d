import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

/** Presses Tab until the element has the focus, at most `maxPresses` times. */
async function pressTabUntilFocused(
  page: Page,
  role: string,
  name: RegExp,
  maxPresses = 60,
): Promise<void> {
  for (let pressCount = 0; pressCount < maxPresses; pressCount += 1) {
    await page.keyboard.press('Tab');
    const focus = page.locator(':focus');
    const isFocused = await page
      .getByRole(role as 'button', { name })
      .evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement));
    if (!isFocused) continue;
    // Keyboard users need a visible focus indicator.
    expect(await focus.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe(
      'none',
    );
    return;
  }
  throw new Error(`Tab does not lead to the ${role} ${name}`);
}

describe.skipIf(NO_BROWSER)('The web page without a mouse', () => {
  const scenario = BrowserScenario.forThisFile();

  it('A keyboard user compresses, views and deletes a catalog', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await page.getByRole('heading', { level: 1 }).waitFor();

    await pressTabUntilFocused(page, 'link', /Skip to content/, 1);
    await page.keyboard.press('Enter');
    await pressTabUntilFocused(page, 'button', /Choose a file/, 2);
    await pressTabUntilFocused(page, 'button', /Try the sample/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'sample-catalog.csv' }).waitFor();
    await pressTabUntilFocused(page, 'slider', /Quality/);
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('slider', { name: 'Quality' }).inputValue()).toBe('49');
    await pressTabUntilFocused(page, 'radio', /Keep original format/);
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /^WebP/ }).isChecked()).toBe(true);
    await pressTabUntilFocused(page, 'button', /Compress 13 images/);
    await page.keyboard.press('Enter');

    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    // The new view receives the focus.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.locator('.card img').first().waitFor();
    await pressTabUntilFocused(page, 'button', /Running shoe/);
    await page.keyboard.press('Enter');
    await page.getByRole('slider', { name: /as the original/ }).waitFor();
    await pressTabUntilFocused(page, 'slider', /as the original/);
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toBe(
      '51% before, 49% after',
    );
    await page.keyboard.press('Escape');
    await page.locator('.viewer').waitFor({ state: 'detached' });
    expect(await page.locator(':focus').innerText()).toMatch('Running shoe');

    await page.keyboard.press('Control+Home');
    await page.locator('.skip').focus();
    await pressTabUntilFocused(page, 'button', /^Delete$/);
    await page.keyboard.press('Enter');
    await pressTabUntilFocused(page, 'button', /^Delete$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'All catalogs' }).waitFor();
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });
});

import { describe, expect, it } from 'vitest';
import {
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('File names on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  it('A user corrects an invalid file name template, and the images get names from the template', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser, { ...PHONE, reducedMotion: true });
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByText('Choose file names').click();
    const field = page.getByLabel('File names');
    await field.fill('{nothing}-{position}');
    const start = page.getByRole('button', { name: 'Compress 13 images' });
    await start.click();
    await page.getByRole('alert').getByText('Check these fields: File names').waitFor();
    const message = page.getByText('There is no field {nothing} (position 1)');
    expect(await message.count()).toBe(1);
    expect(await message.textContent()).not.toContain('filename_template');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('{Product Name}-{position}');
    expect(await findViolations(page)).toEqual([]);
    expect(await measureOverflow(page)).toBe(0);

    await start.click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    const image = page.locator('.card img').first();
    await image.waitFor();
    expect(await image.getAttribute('src')).toMatch(/\/[0-9a-f]{64}\/Stoneware-mug-1\.jpg\?/);
    await page.waitForFunction(
      () => (document.querySelector('.card img') as HTMLImageElement).naturalWidth > 0,
    );
    expect(watchedPage.listUnexpectedErrors(/400.*\/upload|404|502/)).toEqual([]);
    await watchedPage.close();
  });
});

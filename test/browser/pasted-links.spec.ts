import { describe, expect, it } from 'vitest';
import { NO_BROWSER, PHONE, findViolations, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('Links pasted on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  it('Links pasted on the web page become a catalog with one product per line', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await scenario.createCatalog(2);
    await page.goto(scenario.url);
    await page.getByText('Paste a list of image links').click();
    await page
      .getByLabel('Image links, one per line')
      .fill(`${scenario.origin.url('/1.jpg')}\n\n${scenario.origin.url('/2.jpg')}\n`);
    await page.getByRole('button', { name: 'Check these links' }).click();
    await page.getByRole('heading', { name: 'pasted-links.csv' }).waitFor();
    await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('The web page lets the user edit the pasted links if one of them is invalid', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await scenario.createCatalog(2);
    const [first, second] = ['/1.jpg', '/2.jpg'].map((path) => scenario.origin.url(path));
    await page.goto(scenario.url);
    await page.getByText('Paste a list of image links').click();
    const links = page.getByLabel('Image links, one per line');
    await links.fill(`${first}\n\nnonsense\n${second}`);
    await page.getByRole('button', { name: 'Check these links' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch('1 link to fix');
    expect(await page.locator('.problems tbody tr').innerText()).toMatch(/^3\s+This is not a URL/);
    expect(await links.inputValue()).toBe(`${first}\n\nnonsense\n${second}`);
    expect(await findViolations(page)).toEqual([]);
    await links.fill(`${first}\n\n${second}`);
    await page.getByRole('button', { name: 'Check these links' }).click();
    await page.getByRole('button', { name: 'Compress 2 images' }).waitFor();
    await page.getByRole('button', { name: 'Change the links' }).click();
    expect(await links.inputValue()).toBe(`${first}\n\n${second}`);
    expect(watchedPage.listUnexpectedErrors(/400.*\/upload/)).toEqual([]);
    await watchedPage.close();
  });

  it('The web page scrolls to the top and focuses the heading when pasted links are checked on a phone', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser, PHONE);
    const { page } = watchedPage;
    await scenario.createCatalog(1);
    await page.goto(scenario.url);
    await page.getByText('Paste a list of image links').click();
    const links = Array.from({ length: 12 }, () => scenario.origin.url('/1.jpg'));
    await page.getByLabel('Image links, one per line').fill(links.join('\n'));
    await page.getByRole('button', { name: 'Check these links' }).click();
    await page.getByRole('heading', { name: 'pasted-links.csv' }).waitFor();
    const readScrollAndFocus = () =>
      page.evaluate(() => [scrollY, document.activeElement?.tagName]);
    expect(await readScrollAndFocus()).toEqual([0, 'H1']);
    await page.getByRole('button', { name: 'Change the links' }).click();
    await page.getByRole('heading', { name: /Lighter images/ }).waitFor();
    expect(await readScrollAndFocus()).toEqual([0, 'H1']);
    await watchedPage.close();
  });
});

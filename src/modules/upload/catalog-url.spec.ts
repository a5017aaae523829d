import { describe, expect, it } from 'vitest';
import { toExportUrl } from './catalog-url.js';

const ID = '1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdE';
const SHEET = `https://docs.google.com/spreadsheets/d/${ID}`;

describe('toExportUrl()', () => {
  it.each([
    [`${SHEET}/edit#gid=42`, `${SHEET}/export?format=csv&gid=42`],
    [`${SHEET}/edit?gid=42#gid=42`, `${SHEET}/export?format=csv&gid=42`],
    [`${SHEET}/edit?usp=sharing`, `${SHEET}/export?format=csv`],
    [`  ${SHEET}/view `, `${SHEET}/export?format=csv`],
    [SHEET, `${SHEET}/export?format=csv`],
    [SHEET.replace('/d/', '/u/1/d/'), `${SHEET}/export?format=csv`],
  ])('toExportUrl() converts %j to the CSV export URL of the sheet', (link, exportLink) => {
    expect(toExportUrl(link)).toBe(exportLink);
  });

  it.each([
    `${SHEET}/export?format=xlsx`,
    `https://docs.google.com/spreadsheets/d/e/2PACX-${ID}/pub?output=csv`,
    `https://docs.google.com/document/d/${ID}/edit`,
    `https://docs.google.com.example/spreadsheets/d/${ID}/edit`,
    'https://shop.example/products.csv?gid=7',
    'no link',
  ])('toExportUrl() returns %j unchanged', (link) => {
    expect(toExportUrl(link)).toBe(link);
  });
});

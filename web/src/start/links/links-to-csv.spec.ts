import { describe, expect, it } from 'vitest';
import { convertLinksToCsv } from './links-to-csv.js';

const toRows = (text: string) => convertLinksToCsv(text)?.csv.trimEnd().split('\n').slice(1);

describe('convertLinksToCsv()', () => {
  it('convertLinksToCsv() creates one product per line and names it after its first image', () => {
    expect(toRows('https://a.example/img/mug.jpg?v=2\n\n  https://a.example/cup\r\n')).toEqual([
      '"1","mug","https://a.example/img/mug.jpg?v=2"',
      '"2","cup","https://a.example/cup"',
    ]);
  });

  it('convertLinksToCsv() keeps the links of one line together, and keeps commas inside links', () => {
    expect(
      toRows('https://a.example/a,1.jpg, https://a.example/b.jpg https://a.example/c.jpg'),
    ).toEqual([
      '"1","a,1","https://a.example/a,1.jpg,https://a.example/b.jpg,https://a.example/c.jpg"',
    ]);
  });

  it('convertLinksToCsv() names a product after the host when the path is empty', () => {
    expect(toRows('https://a.example/?v=2')).toEqual(['"1","a.example","https://a.example/?v=2"']);
  });

  it('convertLinksToCsv() keeps invalid links for the server to report', () => {
    expect(toRows('my "best" mug')).toEqual(['"1","my ""best"" mug","my ""best"" mug"']);
  });

  it('convertLinksToCsv() returns the line number of each row, counting blank lines', () => {
    expect(
      convertLinksToCsv('\nhttps://a.example/1\r\n\nhttps://a.example/2\n')?.lineNumbers,
    ).toEqual([2, 4]);
  });

  it('convertLinksToCsv() returns undefined for blank text', () => {
    expect(convertLinksToCsv(' \n\n')).toBeUndefined();
  });
});

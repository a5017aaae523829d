import { describe, expect, it } from 'vitest';
import { linksToCsv } from './links-to-csv.js';

const rows = (text: string) => linksToCsv(text)?.csv.trimEnd().split('\n').slice(1);

describe('linksToCsv()', () => {
  it('linksToCsv() creates one product per line, named after its first file', () => {
    expect(rows('https://a.example/img/mug.jpg?v=2\n\n  https://a.example/cup\r\n')).toEqual([
      '"1","mug","https://a.example/img/mug.jpg?v=2"',
      '"2","cup","https://a.example/cup"',
    ]);
  });

  it('linksToCsv() keeps the links of one line together, and keeps commas inside links', () => {
    expect(
      rows('https://a.example/a,1.jpg, https://a.example/b.jpg https://a.example/c.jpg'),
    ).toEqual([
      '"1","a,1","https://a.example/a,1.jpg,https://a.example/b.jpg,https://a.example/c.jpg"',
    ]);
  });

  it('linksToCsv() names a product after the host when the path is empty', () => {
    expect(rows('https://a.example/?v=2')).toEqual(['"1","a.example","https://a.example/?v=2"']);
  });

  it('linksToCsv() keeps invalid links for the server to report', () => {
    expect(rows('my "best" mug')).toEqual(['"1","my ""best"" mug","my ""best"" mug"']);
  });

  it('linksToCsv() returns the line of each row, including blank lines', () => {
    expect(linksToCsv('\nhttps://a.example/1\r\n\nhttps://a.example/2\n')?.lines).toEqual([2, 4]);
  });

  it('linksToCsv() returns no rows for empty text', () => {
    expect(linksToCsv(' \n\n')).toBeUndefined();
  });
});

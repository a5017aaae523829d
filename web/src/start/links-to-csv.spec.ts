import { describe, expect, it } from 'vitest';
import { linksToCsv } from './links-to-csv.js';

const rows = (text: string) => linksToCsv(text)?.csv.trimEnd().split('\n').slice(1);

describe('linksToCsv', () => {
  it('makes one product of each line, named after its first file', () => {
    expect(rows('https://a.example/img/mug.jpg?v=2\n\n  https://a.example/cup\r\n')).toEqual([
      '"1","mug","https://a.example/img/mug.jpg?v=2"',
      '"2","cup","https://a.example/cup"',
    ]);
  });

  it('keeps several links of a line together, and a comma inside a link', () => {
    expect(
      rows('https://a.example/a,1.jpg, https://a.example/b.jpg https://a.example/c.jpg'),
    ).toEqual([
      '"1","a,1","https://a.example/a,1.jpg,https://a.example/b.jpg,https://a.example/c.jpg"',
    ]);
  });

  it('names a product after the host when the path is empty', () => {
    expect(rows('https://a.example/?v=2')).toEqual(['"1","a.example","https://a.example/?v=2"']);
  });

  it('leaves it to the server to say what is no link', () => {
    expect(rows('my "best" mug')).toEqual(['"1","my ""best"" mug","my ""best"" mug"']);
  });

  it('knows the line of each row, blank lines counted', () => {
    expect(linksToCsv('\nhttps://a.example/1\r\n\nhttps://a.example/2\n')?.lines).toEqual([2, 4]);
  });

  it('makes nothing of nothing', () => {
    expect(linksToCsv(' \n\n')).toBeUndefined();
  });
});

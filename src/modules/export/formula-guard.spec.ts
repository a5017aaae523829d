import { describe, expect, it } from 'vitest';
import { escapeFormula } from './formula-guard.js';

describe('formula guard', () => {
  it.each([
    ['=1+1'],
    ['=cmd|" /C calc"!A0'],
    ['+1+1'],
    ['-1+1'],
    ['-2-3'],
    ['@SUM(A1)'],
    ['=1+1\nx'],
    [' =1+1'],
    ['\t=1+1'],
    ['\r=1+1'],
    ['\n=1+1'],
    ['\u00a0=1+1'],
    ['\u3000=1+1'],
    ['\ufeff=1+1'],
    ['\u200b=1+1'],
    ['\u202e=1+1'],
    ['\u0000=1+1'],
    ['\ufeff \t=1+1'],
    ['＝1+1'],
    ['＋1+1'],
    ['－1+1'],
    ['＠SUM(A1)'],
    ['﹦1+1'],
    ['\ttext'],
    ['\rtext'],
    ['+49 170 1234567'],
    ['-5 apples'],
    ['-5e3+1'],
    ['+.'],
    ['='],
    ['-=1'],
  ])('puts an apostrophe before %j', (cell) => {
    expect(escapeFormula(cell)).toBe(`'${cell}`);
  });

  it.each([
    [''],
    ['Lamp'],
    ['lamp = light'],
    ['1+1'],
    ['-5'],
    ['+1.5e3'],
    ['-1.5E-3'],
    ['-.5'],
    ['-1.234,50'],
    ['-1,234.50'],
    ['-10%'],
    [' -5 '],
    ['-'],
    ['--'],
    ["'=1+1"],
    ['"=1+1"'],
    ['§=1'],
    ['https://shop.example/a.jpg?b=1'],
    [',,https://shop.example/a.jpg'],
    ['é'],
    ['_x'],
    ['漢字'],
  ])('leaves %j as it is', (cell) => {
    expect(escapeFormula(cell)).toBe(cell);
  });
});

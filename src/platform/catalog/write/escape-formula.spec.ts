import { describe, expect, it } from 'vitest';
import { escapeFormula } from './escape-formula.js';

describe('escapeFormula()', () => {
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
    ['-5e3+1'],
    ['='],
    ['-=1'],
    ["@SUM (1+1)*cmd|' /C calc'!A0"],
    ["+cmd|' /C calc'!A0"],
    ['-A1*3'],
    ['@Sheet1!A1'],
  ])('puts an apostrophe before the formula %j', (cell) => {
    expect(escapeFormula(cell)).toBe(`'${cell}`);
  });

  it.each([
    [''],
    ['Lamp'],
    ['- 100% cotton'],
    ['@home'],
    ['+49 30 123'],
    ['-5 apples'],
    ['+.'],
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
  ])('leaves the harmless cell %j as it is', (cell) => {
    expect(escapeFormula(cell)).toBe(cell);
  });
});

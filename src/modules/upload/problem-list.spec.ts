import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { CatalogProblem } from '../../platform/catalog/problems.js';
import { ProblemList } from './problem-list.js';

const createProblem = (row: number | null, value: string | null): CatalogProblem => ({
  row,
  line: (row ?? 0) + 1,
  column: row === null ? null : 'Image Src',
  code: 'url_relative',
  message: 'This is a file name.',
  value,
});

describe('ProblemList', () => {
  it('ProblemList writes all problems as CSV and escapes formulas', async () => {
    const list = await ProblemList.create();
    for (const problem of [
      createProblem(3, 'mug.jpg'),
      createProblem(4, '=1+1'),
      createProblem(null, null),
    ]) {
      list.addProblem(problem);
    }
    await list.flush();
    // `text()` would remove a byte order mark.
    expect((await buffer(await list.toStream())).toString()).toBe(
      [
        '\uFEFFrow,line,column,code,message,value',
        '3,4,Image Src,url_relative,This is a file name.,mug.jpg',
        "4,5,Image Src,url_relative,This is a file name.,'=1+1",
        ',1,,url_relative,This is a file name.,',
        '',
      ].join('\r\n'),
    );
  });

  it('ProblemList writes all problems when they exceed the size of its buffer', async () => {
    const list = await ProblemList.create();
    for (let row = 1; row <= 20_000; row++) {
      list.addProblem(createProblem(row, `${'mug'.repeat(20)}-${row}.jpg`));
      await list.flush();
    }
    const lines = (await text(await list.toStream())).trimEnd().split('\r\n');
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toMatch(/^20000,20001,.*-20000\.jpg$/);
  });
});

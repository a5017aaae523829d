import { describe, expect, it } from 'vitest';
import { unnest } from './unnest.js';

describe('unnest()', () => {
  const rows = unnest({ id: 'bigint', text: 'text' }, 2);

  it('unnest() numbers the parameters from firstParameter and adds a type to each column', () => {
    expect(rows.toFromItem('r')).toBe('unnest($2::bigint[], $3::text[]) AS r (id, text)');
  });

  it('unnest() converts rows to one array per column, in the order of the columns', () => {
    const parameters = rows.toArrays([
      { text: 'a', id: '1' },
      { text: null, id: '2' },
    ]);
    expect(parameters).toEqual([
      ['1', '2'],
      ['a', null],
    ]);
  });

  it('unnest() returns one empty array per column for a batch without rows', () => {
    expect(rows.toArrays([])).toEqual([[], []]);
  });
});

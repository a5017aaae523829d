import { describe, expect, it } from 'vitest';
import { inFillingOrder } from './dump-tables.js';

describe('inFillingOrder()', () => {
  it('inFillingOrder() puts a table after the tables that it references', () => {
    const tables = [
      { name: 'attempts', references: ['deliveries'] },
      { name: 'deliveries', references: ['requests'] },
      { name: 'images', references: [] },
      { name: 'requests', references: [] },
    ];
    const names = inFillingOrder(tables).map(({ name }) => name);
    expect(names).toEqual(['images', 'requests', 'deliveries', 'attempts']);
  });

  it('inFillingOrder() fails for references in a circle', () => {
    const tables = [
      { name: 'a', references: ['b'] },
      { name: 'b', references: ['a'] },
    ];
    expect(() => inFillingOrder(tables)).toThrow('circle');
  });
});

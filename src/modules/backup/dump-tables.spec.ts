import { describe, expect, it } from 'vitest';
import { sortByForeignKeys } from './dump-tables.js';

describe('sortByForeignKeys()', () => {
  it('sortByForeignKeys() places each table after the tables that it references', () => {
    const tables = [
      { name: 'attempts', references: ['deliveries'] },
      { name: 'deliveries', references: ['requests'] },
      { name: 'images', references: [] },
      { name: 'requests', references: [] },
    ];
    const names = sortByForeignKeys(tables).map(({ name }) => name);
    expect(names).toEqual(['images', 'requests', 'deliveries', 'attempts']);
  });

  it('sortByForeignKeys() throws an error for circular references', () => {
    const tables = [
      { name: 'a', references: ['b'] },
      { name: 'b', references: ['a'] },
    ];
    expect(() => sortByForeignKeys(tables)).toThrow('cycle');
  });
});

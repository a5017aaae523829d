import { describe, expect, it } from 'vitest';
import { parseAllowedHosts } from './allowed-hosts.js';

describe('parseAllowedHosts()', () => {
  it('parseAllowedHosts() converts names to lower case and keeps the dot of suffixes', () => {
    expect(parseAllowedHosts(' App, *.Internal.example ,,münchen.example')).toEqual({
      all: false,
      names: new Set(['app', 'xn--mnchen-3ya.example']),
      suffixes: ['.internal.example'],
    });
  });

  it('parseAllowedHosts() allows every name with *', () => {
    expect(parseAllowedHosts('app,*').all).toBe(true);
  });

  it('parseAllowedHosts() allows no name when it is empty', () => {
    expect(parseAllowedHosts('')).toEqual({ all: false, names: new Set(), suffixes: [] });
  });

  it.each(['http://app', 'app:3000', 'a b', 'user@app', '*.', 'a.*.b', '[::1]', 'app/x'])(
    'parseAllowedHosts() refuses %j',
    (entry) => {
      expect(() => parseAllowedHosts(entry)).toThrow(/is not a host name/);
    },
  );
});

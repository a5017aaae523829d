import { describe, expect, it } from 'vitest';
import { parseAllowedHosts } from './allowed-hosts.js';

describe('parseAllowedHosts()', () => {
  it('parseAllowedHosts() converts names to lower case and starts each suffix with a dot', () => {
    expect(parseAllowedHosts(' App, *.Internal.example ,,münchen.example')).toEqual({
      allowsAll: false,
      names: new Set(['app', 'xn--mnchen-3ya.example']),
      suffixes: ['.internal.example'],
    });
  });

  it('parseAllowedHosts() allows every name if an entry is *', () => {
    expect(parseAllowedHosts('app,*').allowsAll).toBe(true);
  });

  it('parseAllowedHosts() allows no names for an empty value', () => {
    expect(parseAllowedHosts('')).toEqual({ allowsAll: false, names: new Set(), suffixes: [] });
  });

  it.each(['http://app', 'app:3000', 'a b', 'user@app', '*.', 'a.*.b', '[::1]', 'app/x'])(
    'parseAllowedHosts() rejects %j',
    (entry) => {
      expect(() => parseAllowedHosts(entry)).toThrow(/is not a host name/);
    },
  );
});

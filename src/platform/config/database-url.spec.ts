import { describe, expect, it } from 'vitest';
import { toConnectionUrls, parseDatabaseUrl, parseReplicaUrl, splitHosts } from './database-url.js';

describe('splitHosts()', () => {
  it.each([
    ['postgres://u:p@a:5432/db', ['postgres://u:p@a:5432/db']],
    ['postgres://u:p@a:1,b:2/db?x=1', ['postgres://u:p@a:1/db?x=1', 'postgres://u:p@b:2/db?x=1']],
    ['postgresql://a,b', ['postgresql://a', 'postgresql://b']],
    ['postgres://u:p,@a/db', ['postgres://u:p,@a/db']],
    ['postgres://u@[::1]:1,[::2]:2/db', ['postgres://u@[::1]:1/db', 'postgres://u@[::2]:2/db']],
  ])('splitHosts() returns one URL for each host of %s', (url, hosts) => {
    expect(splitHosts(url)).toEqual(hosts);
  });
});

describe('parseDatabaseUrl()', () => {
  it.each([
    ['mysql://localhost/x', 'must be a URL'],
    ['postgres://a,,b/x', 'must be a URL'],
    ['postgres:///x', 'must be a URL'],
    ['postgres://a/x?sslmode=verify', 'sslmode=verify is unknown'],
    ['postgres://a/x?sslmode=verify-full&sslrootcert=/no/ca.pem', 'sslrootcert=/no/ca.pem'],
    ['postgres://a,b/x?target_session_attrs=standby', 'target_session_attrs'],
  ])('parseDatabaseUrl() rejects %s', (url, message) => {
    expect(() => parseDatabaseUrl(url)).toThrow(message);
  });

  it('parseDatabaseUrl() never includes a password in its error message', () => {
    expect(() => parseDatabaseUrl('postgres://u:hunter2@a,:99999/x')).toThrow(/^((?!hunter2).)*$/);
  });
});

describe('parseReplicaUrl()', () => {
  it('parseReplicaUrl() rejects a URL with several hosts', () => {
    expect(() => parseReplicaUrl('postgres://a,b/x')).toThrow('must name only one host');
    expect(parseReplicaUrl('postgres://a/x').hostname).toBe('a');
  });
});

describe('toConnectionUrls()', () => {
  const readParameters = (url: string, schema?: string) =>
    Object.fromEntries(new URL(toConnectionUrls(url, schema)[0]).searchParams);

  it.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
    'toConnectionUrls() replaces sslmode=%s with verify-full',
    (mode) => {
      expect(readParameters(`postgres://a/x?sslmode=${mode}`)).toEqual({ sslmode: 'verify-full' });
    },
  );

  it('toConnectionUrls() keeps the sslmode semantics of libpq if the URL requests them', () => {
    const url = 'postgres://a/x?sslmode=require&uselibpqcompat=true';
    expect(readParameters(url)).toEqual({ sslmode: 'require', uselibpqcompat: 'true' });
  });

  it('toConnectionUrls() adds the schema to the options in the URL', () => {
    expect(readParameters('postgres://a/x?options=-c%20jit=off', 'press')).toEqual({
      options: '-c jit=off -c search_path=press',
    });
  });

  it('toConnectionUrls() removes parameters that pg does not know', () => {
    const url =
      'postgres://a,b/x?target_session_attrs=read-write&sslrootcert=system&sslmode=require';
    expect(toConnectionUrls(url)).toEqual([
      'postgres://a/x?sslmode=verify-full',
      'postgres://b/x?sslmode=verify-full',
    ]);
  });
});

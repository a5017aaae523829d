import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { ForeignHostError, refuseForeignHost } from './own-host.js';

const askedAt = (host: string) => ({ get: () => host }) as unknown as Request;
const loopback = { HOST: '127.0.0.1', PUBLIC_URL: 'https://images.example.com' };

describe('an app without keys on loopback', () => {
  it.each([
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    'pressroom.localhost',
    'images.example.com',
  ])('answers at %s', (host) => {
    expect(() => refuseForeignHost(askedAt(host), loopback)).not.toThrow();
  });

  it.each(['rebound.example', 'localhost.example.com:3000', '127.0.0.1.nip.io', 'x', ''])(
    'does not answer at "%s", where a stranger’s page may have pointed its name',
    (host) => {
      expect(() => refuseForeignHost(askedAt(host), loopback)).toThrow(ForeignHostError);
    },
  );

  it('answers at every name once it listens on more than loopback', () => {
    const wide = { ...loopback, HOST: '0.0.0.0' };
    expect(() => refuseForeignHost(askedAt('app:3000'), wide)).not.toThrow();
  });
});

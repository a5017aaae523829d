import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { HostCheck, HostNotAllowedError } from './dns-rebinding.js';

const createCall = (host: string) => ({ get: () => host }) as unknown as Request;
const env = {
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://images.example.com:8443',
  ALLOWED_HOSTS: 'app,*.internal.example',
};

describe.each(['127.0.0.1', '0.0.0.0', '::'])('An app that listens on %s', (HOST) => {
  const hostCheck = new HostCheck({ ...env, HOST });

  it.each([
    'localhost:3000',
    'LOCALHOST.',
    '127.0.0.1:3000',
    '192.168.1.5:3000',
    '0x7f.1',
    '[::1]:3000',
    'pressroom.localhost',
    'images.example.com',
    'App:3000',
    'a.b.internal.example',
  ])(`An app that listens on ${HOST} allows the host "%s"`, (host) => {
    expect(() => hostCheck.assertAllowed(createCall(host))).not.toThrow();
  });

  it.each([
    'rebound.example',
    'localhost.example.com:3000',
    '127.0.0.1.nip.io',
    'internal.example',
    'x.images.example.com',
    'app.example',
    'localhost/',
    'x@localhost',
    'x',
    '',
  ])(`An app that listens on ${HOST} rejects the host "%s"`, (host) => {
    expect(() => hostCheck.assertAllowed(createCall(host))).toThrow(HostNotAllowedError);
  });
});

it('HostCheck allows the host name in HOST', () => {
  const hostCheck = new HostCheck({ ...env, HOST: 'pressroom.lan' });
  expect(() => hostCheck.assertAllowed(createCall('pressroom.lan:3000'))).not.toThrow();
});

it('HostCheck allows every host name when ALLOWED_HOSTS is *', () => {
  const hostCheck = new HostCheck({ ...env, ALLOWED_HOSTS: '*' });
  expect(() => hostCheck.assertAllowed(createCall('rebound.example'))).not.toThrow();
});

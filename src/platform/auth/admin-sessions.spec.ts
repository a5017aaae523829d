import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { Env, readEnv } from '../config/env.js';
import { ServerSecret } from '../config/server-secret.js';
import { AdminSessions, SESSION_SECONDS } from './admin-sessions.js';
import { AdminKeyRing } from './api-key-ring.js';
import { AdminKeyMissingError, AdminKeyNotConfiguredError } from './auth-errors.js';

const SECRET = new ServerSecret(Buffer.alloc(32, 7));
const OPS_KEY = 'ops-key-0123456789';
const NOW = Date.UTC(2026, 0, 31, 9);

const createSessions = (variables: Record<string, string>) => {
  const env: Env = readEnv(variables);
  return new AdminSessions(SECRET, new AdminKeyRing(env), env);
};

/** Signs in and returns the cookies with their attributes. */
function signIn(sessions: AdminSessions, secure = false, key: string | undefined = OPS_KEY) {
  const cookies: { name: string; value: string; options: Record<string, unknown> }[] = [];
  const response = {
    cookie: (name: string, value: string, options: Record<string, unknown>) =>
      cookies.push({ name, value, options }),
  };
  const request = { secure, get: (name: string) => (name === 'x-api-key' ? key : undefined) };
  sessions.signIn(request as Request, response as unknown as Response, NOW);
  return cookies;
}

const createRequest = (cookie: string) =>
  ({ get: (name: string) => (name === 'cookie' ? cookie : undefined) }) as unknown as Request;

describe('AdminSessions', () => {
  const KEY = { ADMIN_API_KEY: `ops:${OPS_KEY}` };
  const sessions = createSessions(KEY);
  const [{ name, value }] = signIn(sessions);
  const request = createRequest(`other=1; ${name}=${value}`);

  it('AdminSessions finds its cookie among others until the session ends', () => {
    expect(sessions.findOperatorName(request, NOW)).toBe('ops');
    expect(sessions.findOperatorName(request, NOW + SESSION_SECONDS * 1000 - 1000)).toBe('ops');
    expect(sessions.findOperatorName(request, NOW + SESSION_SECONDS * 1000 + 1)).toBeUndefined();
  });

  it('AdminSessions ends a session when its key is replaced, even by a key with the same name', () => {
    const otherSessions = createSessions({ ADMIN_API_KEY: 'ops:another-key-0123456789' });
    expect(otherSessions.findOperatorName(request, NOW)).toBeUndefined();
    expect(createSessions({}).findOperatorName(request, NOW)).toBeUndefined();
  });

  it('AdminSessions ends a session when its key is removed, even if another key has the same name', () => {
    const [olderKey, newerKey] = [`ops:${OPS_KEY}`, 'ops:another-key-0123456789'];
    const [cookie] = signIn(createSessions({ ADMIN_API_KEY: `${olderKey},${newerKey}` }));
    const session = createRequest(`${name}=${cookie.value}`);
    expect(createSessions({ ADMIN_API_KEY: olderKey }).findOperatorName(session, NOW)).toBe('ops');
    expect(
      createSessions({ ADMIN_API_KEY: newerKey }).findOperatorName(session, NOW),
    ).toBeUndefined();
  });

  it('AdminSessions opens a session only for an admin key, not for an existing session', () => {
    const response = {} as Response;
    expect(() => sessions.signIn(request, response, NOW)).toThrow(AdminKeyMissingError);
    expect(() => createSessions({}).signIn(request, response, NOW)).toThrow(
      AdminKeyNotConfiguredError,
    );
  });

  it('AdminSessions rejects a cookie with a changed name, expiry or signature', () => {
    const [expires, encodedName, signature] = value.split('.');
    const otherName = Buffer.from('root').toString('base64url');
    for (const forgedValue of [
      `${Number(expires) + 1}.${encodedName}.${signature}`,
      `${expires}.${otherName}.${signature}`,
      `${expires}.${encodedName}.${'A'.repeat(43)}`,
      '',
    ]) {
      expect(
        sessions.findOperatorName(createRequest(`${name}=${forgedValue}`), NOW),
      ).toBeUndefined();
    }
  });

  it.each([
    ['over http', false, {}, false],
    ['over https', true, {}, true],
    [
      'behind a proxy with an https PUBLIC_URL',
      true,
      { PUBLIC_URL: 'https://press.example' },
      false,
    ],
  ])(
    'AdminSessions.signIn() called %s sets the Secure attribute of the cookies to %s',
    (_, expected, variables, secure) => {
      const cookies = signIn(createSessions({ ...KEY, ...variables }), secure);
      for (const { options } of cookies) {
        expect(options).toMatchObject({ httpOnly: true, sameSite: 'strict', secure: expected });
      }
      expect(cookies.map(({ options }) => options.path)).toEqual(['/operator', '/queues']);
    },
  );
});

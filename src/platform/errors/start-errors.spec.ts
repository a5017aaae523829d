import { describe, expect, it } from 'vitest';
import { toStartError } from './start-errors.js';

const ENV = { HOST: '192.0.2.1', PORT: 80, DATA_DIR: '/data' };
const createError = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe('toStartError()', () => {
  it.each([
    ['port_in_use', 'set PORT', createError('listen', { code: 'EADDRINUSE', syscall: 'listen' })],
    [
      'address_unusable',
      'HOST=',
      createError('listen', { code: 'EADDRNOTAVAIL', syscall: 'listen' }),
    ],
    [
      'address_unusable',
      'privileges',
      createError('listen', { code: 'EACCES', syscall: 'listen' }),
    ],
    ['data_dir_unusable', '/data', createError('mkdir', { code: 'EACCES', syscall: 'mkdir' })],
    ['database_unusable', 'DATABASE_URL', createError('connect', { code: 'ECONNREFUSED' })],
    ['database_unusable', 'DATABASE_URL', createError('no such database', { code: '3D000' })],
    ['database_unusable', 'DATABASE_URL', createError('wrong password', { code: '28P01' })],
  ])('toStartError() returns %s with "%s" in the message', (code, expectedText, error) => {
    const startError = toStartError(error, ENV);
    expect(startError).toMatchObject({ code, cause: error });
    expect(startError?.message).toContain(expectedText);
    expect(startError?.message).not.toContain('\n');
  });

  it('toStartError() returns undefined for an unexpected error', () => {
    expect(toStartError(new TypeError('x is undefined'), ENV)).toBeUndefined();
  });
});

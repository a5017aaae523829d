import { describe, expect, it } from 'vitest';
import { toStartError } from './start-errors.js';

const ENV = { HOST: '192.0.2.1', PORT: 80, DATA_DIR: '/data' };
const fault = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe('toStartError()', () => {
  it.each([
    ['port_in_use', 'set PORT', fault('listen', { code: 'EADDRINUSE', syscall: 'listen' })],
    ['address_unusable', 'HOST=', fault('listen', { code: 'EADDRNOTAVAIL', syscall: 'listen' })],
    ['address_unusable', 'privileges', fault('listen', { code: 'EACCES', syscall: 'listen' })],
    ['data_dir_unusable', '/data', fault('mkdir', { code: 'EACCES', syscall: 'mkdir' })],
    ['database_unusable', 'DATABASE_URL', fault('connect', { code: 'ECONNREFUSED' })],
    ['database_unusable', 'DATABASE_URL', fault('no such database', { code: '3D000' })],
    ['database_unusable', 'DATABASE_URL', fault('wrong password', { code: '28P01' })],
  ])('toStartError() returns %s with %s in its message', (code, words, error) => {
    const startError = toStartError(error, ENV);
    expect(startError).toMatchObject({ code, cause: error });
    expect(startError?.message).toContain(words);
    expect(startError?.message).not.toContain('\n');
  });

  it('toStartError() returns undefined for an unexpected error', () => {
    expect(toStartError(new TypeError('x is undefined'), ENV)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { asStartError } from './start-errors.js';

const ENV = { HOST: '192.0.2.1', PORT: 80, DATA_DIR: '/data' };
const fault = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe('a start that failed', () => {
  it.each([
    ['port_in_use', 'set PORT', fault('listen', { code: 'EADDRINUSE', syscall: 'listen' })],
    ['address_unusable', 'HOST=', fault('listen', { code: 'EADDRNOTAVAIL', syscall: 'listen' })],
    ['address_unusable', 'rights', fault('listen', { code: 'EACCES', syscall: 'listen' })],
    ['data_dir_unusable', '/data', fault('mkdir', { code: 'EACCES', syscall: 'mkdir' })],
    ['database_unusable', 'DATABASE_URL', fault('connect', { code: 'ECONNREFUSED' })],
    ['database_unusable', 'DATABASE_URL', fault('no such database', { code: '3D000' })],
    ['database_unusable', 'DATABASE_URL', fault('wrong password', { code: '28P01' })],
  ])('is told as %s, with %s in its sentence', (code, words, error) => {
    const told = asStartError(error, ENV);
    expect(told).toMatchObject({ code, cause: error });
    expect(told?.message).toContain(words);
    expect(told?.message).not.toContain('\n');
  });

  it('for a reason nobody thought of keeps its stack', () => {
    expect(asStartError(new TypeError('x is undefined'), ENV)).toBeUndefined();
  });
});

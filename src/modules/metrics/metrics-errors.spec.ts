import { describe, expect, it } from 'vitest';
import { Env } from '../../platform/config/env.js';
import { toMetricsAddressError } from './metrics-errors.js';

const convertError = (code: string) =>
  toMetricsAddressError(Object.assign(new Error(`listen ${code}`), { code }), new Env());

describe('toMetricsAddressError()', () => {
  it('toMetricsAddressError() returns a message with METRICS_PORT when the port is in use', () => {
    const { code, message } = convertError('EADDRINUSE');
    expect(code).toBe('port_in_use');
    expect(message).toMatch(/^Port 9464 on 127\.0\.0\.1 is in use .* Set METRICS_PORT/);
  });

  it('toMetricsAddressError() returns a message with METRICS_HOST when the address cannot be used', () => {
    const { code, message } = convertError('EADDRNOTAVAIL');
    expect(code).toBe('address_unusable');
    expect(message).toContain('METRICS_HOST=127.0.0.1');
  });
});

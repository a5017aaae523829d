import { describe, expect, it } from 'vitest';
import { extrapolate } from './estimate.js';

const env = { DOWNLOAD_CONCURRENCY: 32, DOWNLOAD_CONCURRENCY_PER_HOST: 8, DECODERS: 2 };
const measurement = { bytesIn: 1000, bytesOut: 400, downloadMs: 80, compressMs: 100 };

describe('extrapolate()', () => {
  it('extrapolate() applies the mean of the sample to all images', () => {
    const largerImage = { ...measurement, bytesIn: 3000, bytesOut: 600 };
    expect(extrapolate([measurement, largerImage], 100, 1, env)).toEqual({
      images_sampled: 2,
      dead_links: 0,
      bytes_saved_percent: 75,
      bytes_in: 200_000,
      bytes_out: 50_000,
      duration_seconds: 5,
    });
  });

  it('extrapolate() applies the share of dead links in the sample to all images', () => {
    expect(extrapolate([measurement, 'dead'], 100, 1, env)).toMatchObject({
      images_sampled: 2,
      dead_links: 1,
      bytes_in: 50_000,
    });
  });

  it('extrapolate() uses the download time when it exceeds the compression time', () => {
    const slowDownload = { ...measurement, downloadMs: 8000 };
    expect(extrapolate([slowDownload], 100, 1, env)!.duration_seconds).toBe(100);
    expect(extrapolate([slowDownload], 100, 2, env)!.duration_seconds).toBe(50);
    expect(extrapolate([slowDownload], 100, 9, env)!.duration_seconds).toBe(25);
  });

  it('extrapolate() returns null for sizes and duration when all sampled links are dead', () => {
    expect(extrapolate(['dead'], 100, 1, env)).toEqual({
      images_sampled: 1,
      dead_links: 1,
      bytes_saved_percent: null,
      bytes_in: null,
      bytes_out: null,
      duration_seconds: null,
    });
  });

  it('extrapolate() returns null if nothing was sampled', () => {
    expect(extrapolate([], 100, 1, env)).toBeNull();
  });
});

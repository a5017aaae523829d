import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.js';
import { OUTBOUND_ERRORS } from '../error-table.js';
import { trySchemes } from './http-fallback.js';

const refused = new AppError(OUTBOUND_ERRORS.connection_refused);
const missing = new AppError(OUTBOUND_ERRORS.host_not_found);

/** Records the URLs, and fails for those with an error. */
function scriptedDownload(errors: Record<string, Error>) {
  const called: string[] = [];
  const download = async (url: string) => {
    called.push(url);
    if (errors[url]) throw errors[url];
    return url;
  };
  return { called, download };
}

describe('trySchemes()', () => {
  it('trySchemes() downloads a URL without a protocol over https', async () => {
    const { called, download } = scriptedDownload({});
    await trySchemes('//a.example/1.jpg', download);
    expect(called).toEqual(['https://a.example/1.jpg']);
  });

  it('trySchemes() downloads a URL without a protocol over http from a server without https', async () => {
    const { download } = scriptedDownload({ 'https://a.example/1.jpg': refused });
    expect(await trySchemes('//a.example/1.jpg', download)).toBe('http://a.example/1.jpg');
  });

  it('trySchemes() keeps https if the URL specifies it', async () => {
    const { called, download } = scriptedDownload({ 'https://a.example/1.jpg': refused });
    await expect(trySchemes('https://a.example/1.jpg', download)).rejects.toBe(refused);
    expect(called).toHaveLength(1);
  });

  it('trySchemes() does not try http for a host that does not exist', async () => {
    const { called, download } = scriptedDownload({ 'https://a.example/1.jpg': missing });
    await expect(trySchemes('//a.example/1.jpg', download)).rejects.toBe(missing);
    expect(called).toHaveLength(1);
  });

  it('trySchemes() reports the https error if http cannot connect either', async () => {
    const second = new AppError(OUTBOUND_ERRORS.connection_reset);
    const { download } = scriptedDownload({
      'https://a.example/1.jpg': refused,
      'http://a.example/1.jpg': second,
    });
    await expect(trySchemes('//a.example/1.jpg', download)).rejects.toBe(refused);
  });
});

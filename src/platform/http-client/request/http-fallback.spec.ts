import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.js';
import { OUTBOUND_ERRORS } from '../error-table.js';
import { trySchemes } from './http-fallback.js';

const connectionRefused = new AppError(OUTBOUND_ERRORS.connection_refused);
const hostNotFound = new AppError(OUTBOUND_ERRORS.host_not_found);

/** Creates a download that records its URLs, and fails for the URLs in `errors`. */
function createDownload(errors: Record<string, Error>) {
  const requestedUrls: string[] = [];
  const download = async (url: string) => {
    requestedUrls.push(url);
    if (errors[url]) throw errors[url];
    return url;
  };
  return { requestedUrls, download };
}

describe('trySchemes()', () => {
  it('trySchemes() downloads a URL without a protocol over https', async () => {
    const { requestedUrls, download } = createDownload({});
    await trySchemes('//a.example/1.jpg', download);
    expect(requestedUrls).toEqual(['https://a.example/1.jpg']);
  });

  it('trySchemes() falls back to http for a URL without a protocol if https is unavailable', async () => {
    const { download } = createDownload({ 'https://a.example/1.jpg': connectionRefused });
    expect(await trySchemes('//a.example/1.jpg', download)).toBe('http://a.example/1.jpg');
  });

  it('trySchemes() keeps https if the URL specifies it', async () => {
    const { requestedUrls, download } = createDownload({
      'https://a.example/1.jpg': connectionRefused,
    });
    await expect(trySchemes('https://a.example/1.jpg', download)).rejects.toBe(connectionRefused);
    expect(requestedUrls).toHaveLength(1);
  });

  it('trySchemes() does not try http for a host that does not exist', async () => {
    const { requestedUrls, download } = createDownload({ 'https://a.example/1.jpg': hostNotFound });
    await expect(trySchemes('//a.example/1.jpg', download)).rejects.toBe(hostNotFound);
    expect(requestedUrls).toHaveLength(1);
  });

  it('trySchemes() reports the https error if http cannot connect either', async () => {
    const connectionReset = new AppError(OUTBOUND_ERRORS.connection_reset);
    const { download } = createDownload({
      'https://a.example/1.jpg': connectionRefused,
      'http://a.example/1.jpg': connectionReset,
    });
    await expect(trySchemes('//a.example/1.jpg', download)).rejects.toBe(connectionRefused);
  });
});

import { call } from './client.js';
import { keepTrying } from './keep-trying.js';

export interface PreviewOptions {
  quality?: number;
  format?: string;
  effort?: string;
  max_width?: number;
  max_height?: number;
  /** The source as it is, where a browser can show it. */
  original?: boolean;
}

/** One image that the server fetched, and perhaps compressed, to be looked at. */
export interface Preview {
  /** A blob of this page; `release` it. */
  src: string;
  bytesIn: number;
  bytesOut: number;
  width: number;
  height: number;
  release(): void;
}

/** The server looks at a few at once for everybody; a page takes its turn. */
const AT_ONCE = 3;
let running = 0;
const waiting: (() => void)[] = [];

async function preview(
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
): Promise<Preview> {
  await place();
  try {
    signal.throwIfAborted();
    const response = await call('/preview', { method: 'POST', body: { url, ...options }, signal });
    const blob = await response.blob();
    const number = (name: string) => Number(response.headers.get(name));
    const src = URL.createObjectURL(blob);
    const image = new Image();
    image.src = src;
    // Decoded before it is shown, so that the one shown before does not flicker.
    await image.decode();
    return {
      src,
      bytesIn: number('preview-bytes-in'),
      bytesOut: number('preview-bytes-out'),
      width: image.naturalWidth,
      height: image.naturalHeight,
      release: () => URL.revokeObjectURL(src),
    };
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Milliseconds; the server's own limits for the source come first. */
const TIMEOUT_MS = 90_000;

/** As `preview`, repeated with back-off while the server is away. */
export const retryPreview = (
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
  onFailure?: (error: Error) => void,
): Promise<Preview> =>
  keepTrying((attempted) => preview(url, options, attempted), {
    signal,
    timeoutMs: TIMEOUT_MS,
    onFailure,
  });

async function place(): Promise<void> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
}

import { diagnosePage } from './diagnose-page.js';
import type { FollowedResponse } from '../request/follow-redirects.js';
import { HttpStatusError } from './http-status-error.js';
import { hasImageSignature } from '../body/image-signature.js';
import { DownloadTooLargeError } from '../outbound-errors.js';
import { peekStream } from '../body/peek-stream.js';

/** Maximum number of bytes of a page to read for the diagnosis. */
const PAGE_BYTES = 16 * 1024;
const PAGE_TIMEOUT_MS = 2000;

export interface ResponseContext {
  startUrl: URL;
  /** The `User-Agent` that was sent. Some servers reject unknown ones. */
  userAgent: string;
  maxBytes: number;
}

/**
 * Throws for a response without an image file: an error status, a page, or too large a file. Leaves the
 * body unread.
 * @throws AppError
 */
export async function requireFile(
  response: FollowedResponse,
  context: ResponseContext,
): Promise<void> {
  const { status, header, finalUrl } = response;
  const { userAgent, maxBytes } = context;
  const isPage = /\bhtml\b/i.test(header('content-type') ?? '');
  let isFile = isCompleteFile(status, header('content-range'));
  if (isPage || !isFile) {
    const isImage = await isImageOrThrow(response, context);
    isFile ||= isImage && isSuccess(status) && header('content-range') === undefined;
  }
  if (!isFile)
    throw new HttpStatusError(finalUrl.hostname, status, header('retry-after'), userAgent);
  if (Number(header('content-length')) > maxBytes) throw new DownloadTooLargeError(maxBytes);
}

/** Returns true if the body begins like an image. Throws if `diagnosePage()` recognizes it as a page. */
async function isImageOrThrow(
  { status, header, finalUrl, body }: FollowedResponse,
  { startUrl, userAgent }: ResponseContext,
): Promise<boolean> {
  const page = await peekStream(body, PAGE_BYTES, PAGE_TIMEOUT_MS).catch(() => Buffer.alloc(0));
  if (hasImageSignature(page)) return true;
  const diagnosis = diagnosePage({
    status,
    header,
    startUrl,
    finalUrl,
    page: page.toString('utf8'),
    userAgent,
  });
  if (diagnosis) throw diagnosis;
  return false;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * Returns true if the status and `Content-Range` mean a complete file. Servers that generate or transform
 * images on request send 201 and 203.
 */
function isCompleteFile(status: number, contentRange: string | undefined): boolean {
  if (status !== 206) return status === 200 || status === 201 || status === 203;
  // The total may be unknown. The decoder then detects an incomplete image.
  const [, lastByte, total] =
    /^bytes[\s=]+0-(\d+)\/(\d+|\*)$/i.exec(contentRange?.trim() ?? '') ?? [];
  return lastByte !== undefined && (total === '*' || Number(total) === Number(lastByte) + 1);
}

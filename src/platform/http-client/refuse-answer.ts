import { diagnosePage } from './diagnose-page.js';
import type { FollowedAnswer } from './follow-redirects.js';
import { HttpStatusError } from './http-status-error.js';
import { beginsLikeImage } from './image-signature.js';
import { DownloadTooLargeError } from './outbound-errors.js';
import { peekStream } from './peek-stream.js';

/** How much of a page is read, and for how long, to find out what it says. */
const PAGE_BYTES = 16 * 1024;
const PAGE_TIMEOUT_MS = 2000;

export interface AnswerContext {
  start: URL;
  /** The `User-Agent` that was sent; some servers refuse unknown ones. */
  userAgent: string;
  maxBytes: number;
}

/**
 * Throws if an answer is no image file: an error status, a page, or a file that is too large. Leaves the
 * body as it was.
 * @throws AppError
 */
export async function refuseAnswer(answer: FollowedAnswer, context: AnswerContext): Promise<void> {
  const { status, header, finalUrl } = answer;
  const { userAgent, maxBytes } = context;
  const isPage = /\bhtml\b/i.test(header('content-type') ?? '');
  let isFile = holdsWholeFile(status, header('content-range'));
  if (isPage || !isFile) {
    const isImage = await isImageOrThrow(answer, context);
    isFile ||= isImage && isSuccess(status) && header('content-range') === undefined;
  }
  if (!isFile)
    throw new HttpStatusError(finalUrl.hostname, status, header('retry-after'), userAgent);
  if (Number(header('content-length')) > maxBytes) throw new DownloadTooLargeError(maxBytes);
}

/** Returns whether the body begins like an image. Throws when it says what is wrong. */
async function isImageOrThrow(
  { status, header, finalUrl, body }: FollowedAnswer,
  { start, userAgent }: AnswerContext,
): Promise<boolean> {
  const page = await peekStream(body, PAGE_BYTES, PAGE_TIMEOUT_MS).catch(() => Buffer.alloc(0));
  if (beginsLikeImage(page)) return true;
  const diagnosed = diagnosePage({
    status,
    header,
    url: finalUrl,
    wasRedirected: finalUrl.href !== start.href,
    page: page.toString('utf8'),
    userAgent,
  });
  if (diagnosed) throw diagnosed;
  return false;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** 201 and 203 come from servers that generate or transform images on request. */
function holdsWholeFile(status: number, contentRange: string | undefined): boolean {
  if (status !== 206) return status === 200 || status === 201 || status === 203;
  // The total may be unknown; the decoder finds out whether the image is whole then.
  const [, last, total] = /^bytes\s+0-(\d+)\/(\d+|\*)$/i.exec(contentRange?.trim() ?? '') ?? [];
  return last !== undefined && (total === '*' || Number(total) === Number(last) + 1);
}

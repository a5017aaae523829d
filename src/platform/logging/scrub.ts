import { truncateText, parseUrlForLog } from './logged-url.js';

/** Maximum number of characters of a string in a log line. */
const MAX_TEXT_LENGTH = 2000;
const MAX_STACK_LENGTH = 8000;
/** Strings are truncated to this many characters before any pattern is applied. */
const MAX_SCRUBBED_LENGTH = 16_384;
/** Shorter literals are not secrets. Masking them would alter every line. */
const MIN_SECRET_LENGTH = 6;
const MAX_DEPTH = 8;

/** Patterns that run in linear time, which regular-expressions.integration.spec.ts checks. */
const SECRET_PATTERNS: readonly [RegExp, string][] = [
  [/\bwhsec_[\w+/=%-]+/g, 'whsec_***'],
  [/\b(Bearer )\S+/gi, '$1***'],
];
const HTTP_URL = /https?:[\\/]{2}/i;
/** Control characters, line separators and bidirectional formatting characters. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const STACK_FRAME = /^\s+at /;

/**
 * Masks passwords, URL queries, tokens and the configured secrets in a string.
 *
 * The end of a URL inside a string is ambiguous, because the URL may contain spaces, quotes and backslashes.
 * Everything from its `?` or `#` to the end of the string is therefore masked.
 */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  let scrubbedText = text.slice(0, MAX_SCRUBBED_LENGTH);
  for (const secret of secrets) scrubbedText = scrubbedText.replaceAll(secret, '***');
  const url = parseUrlForLog(scrubbedText);
  if (url !== undefined) return url;
  scrubbedText = maskUserInfo(scrubbedText);
  for (const [pattern, replacement] of SECRET_PATTERNS)
    scrubbedText = scrubbedText.replace(pattern, replacement);
  const urlIndex = scrubbedText.search(HTTP_URL);
  const queryOffset = urlIndex < 0 ? -1 : scrubbedText.slice(urlIndex).search(/[?#]/);
  return queryOffset < 0 ? scrubbedText : `${scrubbedText.slice(0, urlIndex + queryOffset)}?***`;
}

/** Masks the user and password in URLs (RFC 3986, 3.2.1), such as DATABASE_URL in a driver's message. */
function maskUserInfo(text: string): string {
  let maskedText = '';
  let position = 0;
  for (;;) {
    const schemeEnd = text.slice(position).search(/:[\\/]{2}/);
    if (schemeEnd < 0) return maskedText + text.slice(position);
    const start = position + schemeEnd + 3;
    const length = text.slice(start).search(/[/?#]/);
    const end = length < 0 ? text.length : start + length;
    const atSignIndex = text.lastIndexOf('@', end - 1);
    const hasUserInfo = atSignIndex >= start;
    // A colon right before `end` may belong to the next URL.
    const nextPosition = length < 0 ? end : Math.max(hasUserInfo ? atSignIndex : start, end - 2);
    maskedText += hasUserInfo
      ? `${text.slice(position, start - 3)}://***${text.slice(atSignIndex, nextPosition)}`
      : text.slice(position, nextPosition);
    position = nextPosition;
    if (length < 0) return maskedText;
  }
}

/** Masks the message of each error in a chain of causes, then each line of the stack. */
export function scrubStack(stack: string, error: unknown): string {
  let scrubbedText = stack.slice(0, MAX_SCRUBBED_LENGTH);
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_DEPTH; depth += 1) {
    const { message } = cause;
    if (message !== '') scrubbedText = scrubbedText.replaceAll(message, () => scrubText(message));
    cause = cause.cause;
  }
  return scrubbedText
    .split('\n')
    .map((line) => scrubText(line))
    .join('\n');
}

/** Returns a function that masks secrets in multi-line plain text, for standard error. */
export function createPlainTextScrubber(secrets: readonly string[]): (text: string) => string {
  const literals = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return (text) =>
    text
      .split('\n')
      .map((line) => scrubText(line, literals))
      .join('\n');
}

interface ScrubberOptions {
  /** Literals that are masked wherever they occur. */
  secrets?: readonly string[];
  /** Makes control characters visible, because they could move the cursor of a terminal. */
  escapeControls?: boolean;
}

/**
 * Returns a function that masks and truncates every string in a log line before the line is written.
 * @returns a function that converts one JSON line to one JSON line
 */
export function createScrubber({ secrets = [], escapeControls = false }: ScrubberOptions = {}) {
  const literals = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);

  function scrubString(text: string, isStack: boolean): string {
    const lines = isStack ? text.split('\n') : [text];
    const scrubbedText = lines.map((line) => scrubText(line, literals)).join('\n');
    const truncatedText = truncateText(scrubbedText, isStack ? MAX_STACK_LENGTH : MAX_TEXT_LENGTH);
    if (!escapeControls) return truncatedText;
    return isStack ? escapeStack(truncatedText) : escapeUnprintable(truncatedText);
  }

  function scrubValue(value: unknown, key: string, depth: number): unknown {
    if (typeof value === 'string') return scrubString(value, key === 'stack');
    if (typeof value !== 'object' || value === null) return value;
    if (depth === MAX_DEPTH) return '…';
    if (Array.isArray(value)) return value.map((item) => scrubValue(item, '', depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, scrubValue(member, name, depth + 1)]),
    );
  }

  return (line: string): string =>
    `${escapeJson(JSON.stringify(scrubValue(JSON.parse(line), '', 0)))}\n`;
}

/** Escapes control characters that `JSON.stringify` leaves unescaped. */
const escapeJson = (json: string): string => json.replace(UNPRINTABLE, escapeCharacter);

const escapeUnprintable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) =>
    character === '\n' ? String.raw`\n` : escapeCharacter(character),
  );

/** Escapes the line breaks of the message, which must not look like stack frames. */
function escapeStack(stack: string): string {
  const [firstLine = '', ...otherLines] = stack.split('\n').map(escapeUnprintable);
  return otherLines.reduce(
    (text, line) =>
      STACK_FRAME.test(line) || line.startsWith('caused by: ')
        ? `${text}\n${line}`
        : `${text}${String.raw`\n`}${line}`,
    firstLine,
  );
}

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

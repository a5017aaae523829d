import { cutText, parseUrlForLog } from './logged-url.js';

/** Longest text of a log line, in characters. */
const MAX_TEXT_LENGTH = 2000;
const MAX_STACK_LENGTH = 8000;
/** A text is cut to this many characters before any pattern reads it. */
const MAX_SCRUBBED_LENGTH = 16_384;
/** A shorter literal is not a secret, and masking it would change every line. */
const MIN_SECRET_LENGTH = 6;
const MAX_DEPTH = 8;

/** Each pattern takes linear time, which regular-expressions.integration.spec.ts checks. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\bwhsec_[\w+/=%-]+/g, 'whsec_***'],
  [/\b(Bearer )\S+/gi, '$1***'],
];
const HTTP_URL = /https?:[\\/]{2}/i;
/** Control characters, line separators and bidirectional formatting characters. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const STACK_FRAME = /^\s+at /;

/**
 * Masks passwords, the queries of URLs, tokens and the configured secrets in a text.
 *
 * A URL inside a text has no reliable end, because it may contain spaces, quotes and backslashes. Everything
 * from its `?` or `#` to the end of the text is masked.
 */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  let scrubbed = text.slice(0, MAX_SCRUBBED_LENGTH);
  for (const secret of secrets) scrubbed = scrubbed.replaceAll(secret, '***');
  const url = parseUrlForLog(scrubbed);
  if (url !== undefined) return url;
  scrubbed = maskUserInfo(scrubbed);
  for (const [pattern, replacement] of PATTERNS) scrubbed = scrubbed.replace(pattern, replacement);
  const start = scrubbed.search(HTTP_URL);
  const query = start < 0 ? -1 : scrubbed.slice(start).search(/[?#]/);
  return query < 0 ? scrubbed : `${scrubbed.slice(0, start + query)}?***`;
}

/** Masks user and password of URLs (RFC 3986, 3.2.1), such as DATABASE_URL in a driver's message. */
function maskUserInfo(text: string): string {
  let masked = '';
  let from = 0;
  for (;;) {
    const scheme = text.slice(from).search(/:[\\/]{2}/);
    if (scheme < 0) return masked + text.slice(from);
    const start = from + scheme + 3;
    const length = text.slice(start).search(/[/?#]/);
    const end = length < 0 ? text.length : start + length;
    const at = text.lastIndexOf('@', end - 1);
    const isUserInfo = at >= start;
    // A colon right before `end` may belong to the next URL.
    const next = length < 0 ? end : Math.max(isUserInfo ? at : start, end - 2);
    masked += isUserInfo
      ? `${text.slice(from, start - 3)}://***${text.slice(at, next)}`
      : text.slice(from, next);
    from = next;
    if (length < 0) return masked;
  }
}

/** Masks the message of each error in a chain of causes, then each line of the stack. */
export function scrubStack(stack: string, error: unknown): string {
  let scrubbed = stack.slice(0, MAX_SCRUBBED_LENGTH);
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_DEPTH; depth += 1) {
    const { message } = cause;
    if (message !== '') scrubbed = scrubbed.replaceAll(message, () => scrubText(message));
    cause = cause.cause;
  }
  return scrubbed
    .split('\n')
    .map((line) => scrubText(line))
    .join('\n');
}

/** Returns a function that masks secrets in plain text of several lines, for standard error. */
export function plainTextScrubber(secrets: readonly string[]): (text: string) => string {
  const literal = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return (text) =>
    text
      .split('\n')
      .map((line) => scrubText(line, literal))
      .join('\n');
}

interface ScrubberOptions {
  /** Literals to mask wherever they occur. */
  secrets?: readonly string[];
  /** For a terminal: makes control characters visible, so that no text can move the cursor. */
  escapeControls?: boolean;
}

/**
 * Returns the last step before a log line is written. It masks and truncates every text of the line.
 * @returns a function from one JSON line to one JSON line
 */
export function scrubber({ secrets = [], escapeControls = false }: ScrubberOptions = {}) {
  const literal = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);

  function scrubString(text: string, isStack: boolean): string {
    const lines = isStack ? text.split('\n') : [text];
    const scrubbed = lines.map((line) => scrubText(line, literal)).join('\n');
    const cut = cutText(scrubbed, isStack ? MAX_STACK_LENGTH : MAX_TEXT_LENGTH);
    if (!escapeControls) return cut;
    return isStack ? escapeStack(cut) : escapeUnprintable(cut);
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

/** Escapes line breaks of the message, which must not look like lines of the stack. */
function escapeStack(stack: string): string {
  const [head = '', ...frames] = stack.split('\n').map(escapeUnprintable);
  return frames.reduce(
    (text, line) =>
      STACK_FRAME.test(line) || line.startsWith('caused by: ')
        ? `${text}\n${line}`
        : `${text}${String.raw`\n`}${line}`,
    head,
  );
}

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

import { OutboundError } from '../outbound-errors.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const STATUS_LINE = /^(?:HTTP\/(\d)(?:\.(\d))?|ICY)[ \t]+(\d{3})(?:\D.*)?$/i;
/** Headers that define the end of a message. Malformed ones are rejected. */
const FRAMING_HEADERS = /content-length|transfer-encoding/i;
// eslint-disable-next-line no-control-regex -- matches the characters that RFC 9110 forbids in a value
const CONTROL_CHARACTERS = /[\0-\x08\x0A-\x1F\x7F]/g;

export interface LenientHeadOptions {
  /** Reads the body to the end of the connection, for a server that sends a wrong Content-Length. */
  ignoreLength?: boolean;
}

/**
 * Rewrites the head of an HTTP/1 response as browsers parse it. Drops malformed lines, joins folded
 * lines, and accepts a bare LF as a line ending. Rejects contradictory lengths (request smuggling), although
 * the connection carries only this response.
 * @throws OutboundError with the code `response_invalid`
 */
export function rewriteHead(
  head: string,
  host: string,
  { ignoreLength = false }: LenientHeadOptions = {},
): string {
  const [statusLine, ...lines] = unfoldLines(head.split(/\r?\n/));
  const [, major, minor, status] = STATUS_LINE.exec(statusLine.trim()) ?? [];
  if (!status) throw createInvalidResponseError(host, 'did not send an HTTP response');

  const headers: string[] = [];
  const framing = { lengths: new Set<string>(), codings: new Set<string>() };
  for (const line of lines) {
    const [name, value] = splitHeader(line);
    const isToken = TOKEN.test(name);
    if (!isToken && FRAMING_HEADERS.test(line)) {
      throw createInvalidResponseError(
        host,
        'sent a malformed Content-Length or Transfer-Encoding header',
      );
    }
    if (!isToken) continue;
    switch (name.toLowerCase()) {
      case 'content-length':
        for (const length of value.split(',')) framing.lengths.add(length.trim());
        break;
      case 'transfer-encoding':
        for (const coding of value.split(',')) framing.codings.add(coding.trim().toLowerCase());
        break;
      case 'connection':
        break;
      default:
        headers.push(`${name}: ${value}`);
    }
  }
  headers.push(...parseFraming(framing, host, ignoreLength), 'Connection: close');
  const version = major === '1' && minor === '1' ? '1.1' : '1.0';
  return `HTTP/${version} ${status} \r\n${headers.join('\r\n')}\r\n\r\n`;
}

function parseFraming(
  { lengths, codings }: { lengths: Set<string>; codings: Set<string> },
  host: string,
  ignoreLength: boolean,
): string[] {
  codings.delete('identity');
  if (lengths.size > 1 || (lengths.size > 0 && codings.size > 0)) {
    throw createInvalidResponseError(
      host,
      'sent contradictory Content-Length or Transfer-Encoding headers',
    );
  }
  if (codings.size > 0) {
    if (codings.size === 1 && codings.has('chunked')) return ['Transfer-Encoding: chunked'];
    throw createInvalidResponseError(host, 'sent the file with an unknown transfer coding');
  }
  const [length] = lengths;
  // Browsers ignore an invalid number and read to the end of the connection.
  return !ignoreLength && /^\d{1,15}$/.test(length ?? '') ? [`Content-Length: ${length}`] : [];
}

/**
 * Joins folded lines: a line that begins with white space continues the previous one (RFC 9112, section
 * 5.2).
 */
function unfoldLines(lines: string[]): string[] {
  const unfoldedLines: string[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line) && unfoldedLines.length > 1)
      unfoldedLines[unfoldedLines.length - 1] += ` ${line.trim()}`;
    else if (line !== '') unfoldedLines.push(line);
  }
  return unfoldedLines.length > 0 ? unfoldedLines : [''];
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return ['', ''];
  const name = line.slice(0, colon);
  // White space before the colon is dropped, except in framing headers, where it may hide a length.
  const isFraming = FRAMING_HEADERS.test(name);
  return [
    isFraming ? name : name.trim(),
    line
      .slice(colon + 1)
      .replace(CONTROL_CHARACTERS, ' ')
      .trim(),
  ];
}

function createInvalidResponseError(host: string, problem: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.response_invalid, {
    message: `${host} ${problem}. Check the host and port in the URL, or fix the server.`,
  });
}

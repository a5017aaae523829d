/** Code points of the bytes 0x80 to 0x9F (WHATWG Encoding, index windows-1252). */
const C1 =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178';

/**
 * Not `new TextDecoder('windows-1252')`: Node 20 to 24 decode it as ISO 8859-1, so that a Euro sign
 * or a typographic quote becomes a control character.
 */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009F]/g, (char) => C1[char.charCodeAt(0) - 0x80]);
}

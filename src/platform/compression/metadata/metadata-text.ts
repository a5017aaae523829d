const UTF8 = new TextDecoder('utf-8', { fatal: true });
const WESTERN = new TextDecoder('windows-1252');

/** Decodes text of EXIF and IPTC. Both are defined as ASCII; programs write UTF-8 or Windows-1252. */
export function decodeMetadataText(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return WESTERN.decode(bytes);
  }
}

/** Creators and rights of an image, from its metadata. */
export interface Rights {
  creators: string[];
  copyright?: string;
  /** Text to print next to the image. */
  credit?: string;
}

/** Maximum number of creators that are kept. */
const MAX_CREATORS = 10;
/** Maximum length of a kept text, in characters. Together they must fit into one segment of a JPEG. */
const MAX_NAME_LENGTH = 300;
const MAX_COPYRIGHT_LENGTH = 2000;

/** Control characters, halves of surrogate pairs, and the code points that XML 1.0 does not allow. */
const NOT_TEXT = /\p{Cc}|\p{Cs}|[\u{FFFE}\u{FFFF}]/gu;

/** Returns the texts without white space around them and within their limits. Undefined if none is left. */
export function cleanRights({ creators, copyright, credit }: Partial<Rights>): Rights | undefined {
  const names = (creators ?? []).map((name) => cleanText(name, MAX_NAME_LENGTH));
  const rights = {
    creators: [...new Set(names.filter((name) => name !== ''))].slice(0, MAX_CREATORS),
    copyright: cleanText(copyright ?? '', MAX_COPYRIGHT_LENGTH) || undefined,
    credit: cleanText(credit ?? '', MAX_NAME_LENGTH) || undefined,
  };
  const isEmpty = rights.creators.length === 0 && !rights.copyright && !rights.credit;
  return isEmpty ? undefined : rights;
}

const cleanText = (text: string, maxLength: number): string =>
  text.replaceAll(NOT_TEXT, ' ').trim().slice(0, maxLength).replaceAll(NOT_TEXT, '').trim();

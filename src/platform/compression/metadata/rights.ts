/** Creators and rights of an image, as stated in its metadata. */
export interface Rights {
  creators: string[];
  copyright?: string;
  /** Text to print next to the image. */
  credit?: string;
}

/** Maximum number of creators that are kept. */
const MAX_CREATORS = 10;
/** Maximum length of a kept text, in characters. All texts together must fit into one JPEG segment. */
const MAX_NAME_LENGTH = 300;
const MAX_COPYRIGHT_LENGTH = 2000;

/** Control characters, unpaired surrogates, and the code points that XML 1.0 does not allow. */
const INVALID_CHARACTERS = /\p{Cc}|\p{Cs}|[\u{FFFE}\u{FFFF}]/gu;

/** Trims the texts and applies their limits. Returns undefined if no text remains. */
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
  text
    .replaceAll(INVALID_CHARACTERS, ' ')
    .trim()
    .slice(0, maxLength)
    .replaceAll(INVALID_CHARACTERS, '')
    .trim();

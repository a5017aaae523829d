import type { Encoding } from './encodings.js';

/** A range of characters and its share of the text. */
interface CharacterClass {
  /** First and last lead byte. */
  leadRange: readonly [number, number];
  /** Lowest trail byte; 0x40 includes ASCII. */
  minTrail: number;
  share: number;
  /** Number of characters in the range. */
  characterCount: number;
}

interface DoubleByteModel {
  encoding: Encoding;
  prior: number;
  classes: readonly CharacterClass[];
  /** Single bytes above 0x7F (half-width katakana). */
  singleBytes?: { from: number; to: number; share: number };
}

const createCharacterClass = (
  firstLead: number,
  lastLead: number,
  minTrail: number,
  share: number,
  characterCount: number,
): CharacterClass => ({ leadRange: [firstLead, lastLead], minTrail, share, characterCount });

/**
 * East Asian encodings. Each standard lists everyday characters first (level 1). The character ranges
 * therefore identify the encoding. The first matching class wins.
 */
const DOUBLE_BYTE_MODELS: readonly DoubleByteModel[] = [
  {
    encoding: 'gb18030',
    prior: 0,
    classes: [
      createCharacterClass(0xb0, 0xd7, 0xa1, 0.94, 3755),
      createCharacterClass(0xd8, 0xf7, 0xa1, 0.03, 3008),
      createCharacterClass(0xa1, 0xa3, 0xa1, 0.025, 282),
      createCharacterClass(0xa4, 0xa9, 0xa1, 0.001, 500),
      createCharacterClass(0x81, 0xfe, 0x40, 0.004, 14_000),
    ],
  },
  {
    encoding: 'big5',
    prior: -0.5,
    classes: [
      createCharacterClass(0xa4, 0xc6, 0x40, 0.94, 5401),
      createCharacterClass(0xa1, 0xa3, 0x40, 0.025, 408),
      createCharacterClass(0xc9, 0xf9, 0x40, 0.03, 7652),
      createCharacterClass(0x81, 0xfe, 0x40, 0.001, 6000),
    ],
  },
  {
    encoding: 'shift_jis',
    prior: 0,
    classes: [
      createCharacterClass(0x82, 0x83, 0x40, 0.5, 280),
      createCharacterClass(0x81, 0x81, 0x40, 0.04, 147),
      createCharacterClass(0x88, 0x97, 0x40, 0.44, 2965),
      createCharacterClass(0x98, 0x9f, 0x40, 0.01, 1500),
      createCharacterClass(0xe0, 0xea, 0x40, 0.005, 1900),
      createCharacterClass(0x84, 0xfc, 0x40, 0.001, 2000),
    ],
    singleBytes: { from: 0xa1, to: 0xdf, share: 0.01 },
  },
  {
    encoding: 'euc-jp',
    prior: -1,
    classes: [
      createCharacterClass(0xa4, 0xa5, 0xa1, 0.5, 169),
      createCharacterClass(0xa1, 0xa3, 0xa1, 0.04, 200),
      createCharacterClass(0xb0, 0xcf, 0xa1, 0.44, 2965),
      createCharacterClass(0xd0, 0xf4, 0xa1, 0.01, 3390),
      createCharacterClass(0x8e, 0x8e, 0xa1, 0.005, 63),
      createCharacterClass(0xa6, 0xfe, 0xa1, 0.001, 1000),
    ],
  },
  {
    encoding: 'euc-kr',
    prior: 0,
    classes: [
      createCharacterClass(0xb0, 0xc8, 0xa1, 0.95, 2350),
      createCharacterClass(0xa1, 0xa3, 0xa1, 0.025, 282),
      createCharacterClass(0xca, 0xfd, 0xa1, 0.01, 4888),
      createCharacterClass(0x81, 0xc6, 0x41, 0.003, 8822),
      createCharacterClass(0xa4, 0xaf, 0xa1, 0.002, 700),
    ],
  },
];

const IMPOSSIBLE = Math.log(1e-7);

/**
 * Penalty for a double-byte character next to a lower-case letter (`Gr圦e`). Brand names and sizes next to East
 * Asian text are usually in capitals.
 */
const NEXT_TO_LOWER_CASE = Math.log(0.1);
const isLowerCase = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x61 && byte <= 0x7a;

/** Returns the log-likelihood that the bytes above 0x7F are text in each of the encodings. */
export const scoreDoubleBytes = (words: Buffer): { encoding: Encoding; score: number }[] =>
  DOUBLE_BYTE_MODELS.map((model) => ({
    encoding: model.encoding,
    score: scoreModel(words, model),
  }));

function scoreModel(words: Buffer, { classes, singleBytes, prior }: DoubleByteModel): number {
  let score = prior;
  for (let index = 0; index < words.length; index++) {
    const lead = words[index];
    if (lead < 0x80) continue;
    if (singleBytes !== undefined && lead >= singleBytes.from && lead <= singleBytes.to) {
      score += Math.log(singleBytes.share / (singleBytes.to - singleBytes.from + 1));
      continue;
    }
    const trail = words[index + 1] ?? 0;
    const match = classes.find(
      ({ leadRange: [first, last], minTrail }) =>
        lead >= first && lead <= last && trail >= minTrail,
    );
    if (match === undefined || trail === 0x7f || trail === 0xff) {
      score += IMPOSSIBLE;
      continue;
    }
    score += Math.log(match.share / match.characterCount);
    if (isLowerCase(words[index - 1])) score += NEXT_TO_LOWER_CASE;
    if (isLowerCase(words[index + 2])) score += NEXT_TO_LOWER_CASE;
    index++;
  }
  return score;
}

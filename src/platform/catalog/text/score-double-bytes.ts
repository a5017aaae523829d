import type { Encoding } from './encodings.js';

/** A range of characters and its share of the text. */
interface CharacterClass {
  /** First and last lead byte. */
  leads: readonly [number, number];
  /** Lowest trail byte; 0x40 includes ASCII. */
  trailFrom: number;
  share: number;
  /** Number of characters in the range. */
  size: number;
}

interface DoubleByteModel {
  encoding: Encoding;
  prior: number;
  classes: readonly CharacterClass[];
  /** Single bytes above 0x7F (half-width katakana). */
  singles?: { from: number; to: number; share: number };
}

const cls = (
  from: number,
  to: number,
  trailFrom: number,
  share: number,
  size: number,
): CharacterClass => ({ leads: [from, to], trailFrom, share, size });

/**
 * Encodings of East Asia. Each standard lists everyday characters first (level 1). The ranges of the
 * characters therefore identify the encoding. Earlier classes win.
 */
const MODELS: readonly DoubleByteModel[] = [
  {
    encoding: 'gb18030',
    prior: 0,
    classes: [
      cls(0xb0, 0xd7, 0xa1, 0.94, 3755),
      cls(0xd8, 0xf7, 0xa1, 0.03, 3008),
      cls(0xa1, 0xa3, 0xa1, 0.025, 282),
      cls(0xa4, 0xa9, 0xa1, 0.001, 500),
      cls(0x81, 0xfe, 0x40, 0.004, 14_000),
    ],
  },
  {
    encoding: 'big5',
    prior: -0.5,
    classes: [
      cls(0xa4, 0xc6, 0x40, 0.94, 5401),
      cls(0xa1, 0xa3, 0x40, 0.025, 408),
      cls(0xc9, 0xf9, 0x40, 0.03, 7652),
      cls(0x81, 0xfe, 0x40, 0.001, 6000),
    ],
  },
  {
    encoding: 'shift_jis',
    prior: 0,
    classes: [
      cls(0x82, 0x83, 0x40, 0.5, 280),
      cls(0x81, 0x81, 0x40, 0.04, 147),
      cls(0x88, 0x97, 0x40, 0.44, 2965),
      cls(0x98, 0x9f, 0x40, 0.01, 1500),
      cls(0xe0, 0xea, 0x40, 0.005, 1900),
      cls(0x84, 0xfc, 0x40, 0.001, 2000),
    ],
    singles: { from: 0xa1, to: 0xdf, share: 0.01 },
  },
  {
    encoding: 'euc-jp',
    prior: -1,
    classes: [
      cls(0xa4, 0xa5, 0xa1, 0.5, 169),
      cls(0xa1, 0xa3, 0xa1, 0.04, 200),
      cls(0xb0, 0xcf, 0xa1, 0.44, 2965),
      cls(0xd0, 0xf4, 0xa1, 0.01, 3390),
      cls(0x8e, 0x8e, 0xa1, 0.005, 63),
      cls(0xa6, 0xfe, 0xa1, 0.001, 1000),
    ],
  },
  {
    encoding: 'euc-kr',
    prior: 0,
    classes: [
      cls(0xb0, 0xc8, 0xa1, 0.95, 2350),
      cls(0xa1, 0xa3, 0xa1, 0.025, 282),
      cls(0xca, 0xfd, 0xa1, 0.01, 4888),
      cls(0x81, 0xc6, 0x41, 0.003, 8822),
      cls(0xa4, 0xaf, 0xa1, 0.002, 700),
    ],
  },
];

const IMPOSSIBLE = Math.log(1e-7);

/** `Gr圦e`: brand names and sizes next to such text are in capitals. */
const BESIDE_SMALL_LETTER = Math.log(0.1);
const isSmallLetter = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x61 && byte <= 0x7a;

/** Returns the log-likelihood of bytes above 0x7F as text in each of the encodings. */
export const scoreDoubleBytes = (words: Buffer): { encoding: Encoding; score: number }[] =>
  MODELS.map((model) => ({ encoding: model.encoding, score: scoreModel(words, model) }));

function scoreModel(words: Buffer, { classes, singles, prior }: DoubleByteModel): number {
  let score = prior;
  for (let at = 0; at < words.length; at++) {
    const lead = words[at];
    if (lead < 0x80) continue;
    if (singles !== undefined && lead >= singles.from && lead <= singles.to) {
      score += Math.log(singles.share / (singles.to - singles.from + 1));
      continue;
    }
    const trail = words[at + 1] ?? 0;
    const found = classes.find(
      ({ leads, trailFrom }) => lead >= leads[0] && lead <= leads[1] && trail >= trailFrom,
    );
    if (found === undefined || trail === 0x7f || trail === 0xff) {
      score += IMPOSSIBLE;
      continue;
    }
    score += Math.log(found.share / found.size);
    if (isSmallLetter(words[at - 1])) score += BESIDE_SMALL_LETTER;
    if (isSmallLetter(words[at + 2])) score += BESIDE_SMALL_LETTER;
    at++;
  }
  return score;
}

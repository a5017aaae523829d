import iconv from 'iconv-lite';
import type { LetterModel } from './letter-models.js';

/** Share of the letters of the model; the rest is for symbols and rare letters. */
const LETTER_SHARE = 0.93;
const RARE_LETTER = Math.log(2e-4);
/** Quotes, dashes, degrees, currencies: common in product texts, but not inside a word. */
const SYMBOL = Math.log(2e-3);
const SYMBOL_IN_WORD = Math.log(1e-5);
const RARE_SYMBOL = Math.log(1e-4);
/** Control and private-use characters: the encoding is wrong, or the text is damaged. */
const IMPOSSIBLE = Math.log(1e-7);
const CAPITAL = Math.log(0.1);
const CAPITAL_IN_WORD = Math.log(0.004);
/** `ìMug`: a lower-case letter before a capital. */
const SMALL_BEFORE_CAPITAL = Math.log(0.01);
/** `GrцЯe`: letters of two scripts in a word; `Êàìåííàÿ`: a Latin word without ASCII letters. */
const MIXED_WORD = Math.log(0.02);
const TWO_ACCENTS = Math.log(0.3);
/** A word of one letter. */
const LONE_LETTER = Math.log(0.2);

const USUAL_SYMBOLS = new Set('\u00a0«»“”„‘’‚–—…€£°®™×²³½·•№§´±©¼¾¿¡ªº');
/** Symbols at the start of a word, or in any position. */
const BEFORE_WORDS = new Set('\u00a0«»“”„‘’‚–—…€£°×·•№´±¿¡');

const FREQUENCIES = new Map<string, ReadonlyMap<string, number>>();

/** Logarithms of letter frequencies by rank, according to Zipf's law. */
function toFrequencies(language: string): ReadonlyMap<string, number> {
  const known = FREQUENCIES.get(language);
  if (known !== undefined) return known;
  const letters = [...new Set(Array.from(language))];
  const total = letters.reduce((sum, _, rank) => sum + 1 / (rank + 4), 0);
  const made = new Map(
    letters.map((letter, rank) => [letter, Math.log(LETTER_SHARE / (rank + 4) / total)]),
  );
  FREQUENCIES.set(language, made);
  return made;
}

/** Returns the log-likelihood of bytes above 0x7F as text in the model's encoding. */
export function scoreLetters(words: Buffer, model: LetterModel): number {
  const text = iconv.decode(words, model.encoding);
  const languages = model.languages.map(toFrequencies);
  const scores = languages.map(() => model.prior);
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue;
    const char = text[at];
    const isLetter = LETTER.test(char);
    const around = isLetter ? scorePosition(text, at, model.isLatin) : scoreSymbol(text, at);
    const lower = char.toLowerCase();
    for (const [i, frequencies] of languages.entries()) {
      scores[i] += around + (isLetter ? (frequencies.get(lower) ?? RARE_LETTER) : 0);
    }
  }
  return Math.max(...scores);
}

function scoreSymbol(text: string, at: number): number {
  const char = text[at];
  if (/[\uFFFD\p{Cc}\p{Co}\p{Cn}]/u.test(char)) return IMPOSSIBLE;
  const isBeforeWord = LETTER.test(text[at + 1] ?? ' ');
  const isInWord = isBeforeWord && LETTER.test(text[at - 1] ?? ' ');
  if (isInWord && !/[’‘·\u00a0–®™]/.test(char)) return SYMBOL_IN_WORD;
  if (isBeforeWord && !BEFORE_WORDS.has(char)) return RARE_SYMBOL;
  return USUAL_SYMBOLS.has(char) ? SYMBOL : RARE_SYMBOL;
}

function scorePosition(text: string, at: number, isLatin: boolean): number {
  const char = text[at];
  const before = text[at - 1] ?? ' ';
  const after = text[at + 1] ?? ' ';
  let score = 0;
  if (isUpper(char)) score += isLower(before) ? CAPITAL_IN_WORD : CAPITAL;
  else if (isLower(char) && isUpper(after)) score += SMALL_BEFORE_CAPITAL;
  if (!LETTER.test(before) && !LETTER.test(after)) score += LONE_LETTER;
  if (!isLatin) return isAsciiLetter(before) || isAsciiLetter(after) ? score + MIXED_WORD : score;
  if (!isAccent(before)) return score;
  return score + (isAccent(text[at - 2] ?? ' ') ? MIXED_WORD : TWO_ACCENTS);
}

const LETTER = /[\p{L}\p{M}]/u;
const isAsciiLetter = (char: string): boolean => /[A-Za-z]/.test(char);
const isAccent = (char: string): boolean => char.charCodeAt(0) >= 0x80 && /\p{L}/u.test(char);
const isUpper = (char: string): boolean => char !== char.toLowerCase();
const isLower = (char: string): boolean => char !== char.toUpperCase();

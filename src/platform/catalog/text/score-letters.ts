import iconv from 'iconv-lite';
import type { LetterModel } from './letter-models.js';

/** Share of the characters that are letters of the model. The others are symbols and rare letters. */
const LETTER_SHARE = 0.93;
const RARE_LETTER = Math.log(2e-4);
/** Quotes, dashes, degree and currency signs are common in product texts, but not inside a word. */
const SYMBOL = Math.log(2e-3);
const SYMBOL_IN_WORD = Math.log(1e-5);
const RARE_SYMBOL = Math.log(1e-4);
/** Control and private-use characters. They indicate a wrong encoding or damaged text. */
const IMPOSSIBLE = Math.log(1e-7);
const CAPITAL = Math.log(0.1);
const CAPITAL_IN_WORD = Math.log(0.004);
/** A lower-case letter before a capital: `ìMug`. */
const LOWER_BEFORE_CAPITAL = Math.log(0.01);
/** Letters of two scripts in a word (`GrцЯe`), or a Latin word without ASCII letters (`Êàìåííàÿ`). */
const MIXED_WORD = Math.log(0.02);
const TWO_ACCENTS = Math.log(0.3);
/** A single-letter word. */
const SINGLE_LETTER_WORD = Math.log(0.2);

const COMMON_SYMBOLS = new Set('\u00a0«»“”„‘’‚–—…€£°®™×²³½·•№§´±©¼¾¿¡ªº');
/** Symbols that may precede a word. */
const SYMBOLS_BEFORE_WORDS = new Set('\u00a0«»“”„‘’‚–—…€£°×·•№´±¿¡');

const LOG_FREQUENCIES_BY_ALPHABET = new Map<string, ReadonlyMap<string, number>>();

/** Returns the logarithm of each letter's frequency, derived from the letter's rank by Zipf's law. */
function getLogFrequencies(alphabet: string): ReadonlyMap<string, number> {
  const cachedFrequencies = LOG_FREQUENCIES_BY_ALPHABET.get(alphabet);
  if (cachedFrequencies !== undefined) return cachedFrequencies;
  const letters = [...new Set(Array.from(alphabet))];
  const total = letters.reduce((sum, _, rank) => sum + 1 / (rank + 4), 0);
  const logFrequencies = new Map(
    letters.map((letter, rank) => [letter, Math.log(LETTER_SHARE / (rank + 4) / total)]),
  );
  LOG_FREQUENCIES_BY_ALPHABET.set(alphabet, logFrequencies);
  return logFrequencies;
}

/** Returns the log-likelihood that the bytes above 0x7F are text in the model's encoding. */
export function scoreLetters(words: Buffer, model: LetterModel): number {
  const text = iconv.decode(words, model.encoding);
  const alphabetFrequencies = model.alphabets.map(getLogFrequencies);
  const scores = alphabetFrequencies.map(() => model.prior);
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) < 0x80) continue;
    const char = text[index];
    const isLetter = LETTER.test(char);
    const contextScore = isLetter
      ? scoreLetterPosition(text, index, model.isLatin)
      : scoreSymbol(text, index);
    const lowerChar = char.toLowerCase();
    for (const [i, frequencies] of alphabetFrequencies.entries()) {
      scores[i] += contextScore + (isLetter ? (frequencies.get(lowerChar) ?? RARE_LETTER) : 0);
    }
  }
  return Math.max(...scores);
}

function scoreSymbol(text: string, index: number): number {
  const char = text[index];
  if (/[\uFFFD\p{Cc}\p{Co}\p{Cn}]/u.test(char)) return IMPOSSIBLE;
  const isBeforeWord = LETTER.test(text[index + 1] ?? ' ');
  const isInWord = isBeforeWord && LETTER.test(text[index - 1] ?? ' ');
  if (isInWord && !/[’‘·\u00a0–®™]/.test(char)) return SYMBOL_IN_WORD;
  if (isBeforeWord && !SYMBOLS_BEFORE_WORDS.has(char)) return RARE_SYMBOL;
  return COMMON_SYMBOLS.has(char) ? SYMBOL : RARE_SYMBOL;
}

function scoreLetterPosition(text: string, index: number, isLatin: boolean): number {
  const char = text[index];
  const previousChar = text[index - 1] ?? ' ';
  const nextChar = text[index + 1] ?? ' ';
  let score = 0;
  if (isUpper(char)) score += isLower(previousChar) ? CAPITAL_IN_WORD : CAPITAL;
  else if (isLower(char) && isUpper(nextChar)) score += LOWER_BEFORE_CAPITAL;
  if (!LETTER.test(previousChar) && !LETTER.test(nextChar)) score += SINGLE_LETTER_WORD;
  if (!isLatin)
    return isAsciiLetter(previousChar) || isAsciiLetter(nextChar) ? score + MIXED_WORD : score;
  if (!isAccent(previousChar)) return score;
  return score + (isAccent(text[index - 2] ?? ' ') ? MIXED_WORD : TWO_ACCENTS);
}

const LETTER = /[\p{L}\p{M}]/u;
const isAsciiLetter = (char: string): boolean => /[A-Za-z]/.test(char);
const isAccent = (char: string): boolean => char.charCodeAt(0) >= 0x80 && /\p{L}/u.test(char);
const isUpper = (char: string): boolean => char !== char.toLowerCase();
const isLower = (char: string): boolean => char !== char.toUpperCase();

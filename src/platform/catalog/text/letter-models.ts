import type { Encoding } from './encodings.js';

/** Letter statistics for the languages of a single-byte encoding. */
export interface LetterModel {
  encoding: Encoding;
  /** For each language, its lower-case letters beyond ASCII in descending frequency. */
  languages: readonly string[];
  /** True: written among ASCII letters. False: in words without ASCII letters. */
  isLatin: boolean;
  /** Logarithm of the frequency of such files relative to those of the usual encodings. */
  prior: number;
}

/** German, French, Spanish, Portuguese, Italian, Swedish, Danish and Norwegian, Icelandic, Dutch, Catalan. */
const WESTERN = [
  'üäößé',
  'éèàêçâîôûùïëœ',
  'óíáéñúü',
  'ãçáéóíêâõúàô',
  'àèòùéì',
  'äåöé',
  'øåæéö',
  'íáéúóðþæöý',
  'ëéïèöü',
  'éçàèòóíúüï',
];
/** Czech, Slovak, Polish, Hungarian, Romanian, Croatian and Slovene, German. */
const CENTRAL = [
  'íáéěřščžýůúťďňó',
  'áíéžčšýťúľňôďäóĺŕ',
  'łąęóśżćńź',
  'éáöőóüíúű',
  'ăîâţşșț',
  'čšžćđ',
  'üäößé',
];
/** Russian and its neighbors; their common letters are the same. */
const CYRILLIC = [
  'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё',
  'оанивертсклуідмпяьзбгчхйжїєшюцщфґё',
  'аоиетнрсвлкдпмзуябгчжшщцхюфъй',
  'аоиенрсјткувдмплзгбшчцжхљњћђџфѓќѕ',
];
const GREEK = ['αοιετσνηυρπκμλςωάδγίόχθέβφήύώξζψϊϋΐΰ'];
const HEBREW = ['יולאהרמתשבןםנקדחעפכגסצטךזףץ'];
const ARABIC = ['اليمنترودبعسفةحقهكجشصزخطضغذءىؤئثظأإآ', 'ایرنمهدوستبلکشزفگقخحعجپچغصطذضظثژ'];
const THAI = ['านรอกเ่้ังมยลวดทสตะปบิคีหแจพ์ชขใไโุู็ื์ำผซถณธศษภฟญฉฝฐฎฏฆฬ'];
const BALTIC = ['ėšųžįčūąę', 'āīēšņļžģķčū', 'äõüöšž'];
const VIETNAMESE = ['\u0301\u0300\u0323đưàêôáơăâ\u0309\u0303éóíúèùìýãõ'];

const latin = (encoding: Encoding, languages: readonly string[], prior: number): LetterModel => ({
  encoding,
  languages,
  isLatin: true,
  prior,
});
const other = (encoding: Encoding, languages: readonly string[], prior: number): LetterModel => ({
  encoding,
  languages,
  isLatin: false,
  prior,
});

/** Single-byte encodings that are distinguished by their text. */
export const LETTER_MODELS: readonly LetterModel[] = [
  latin('windows-1252', WESTERN, 0),
  latin('macintosh', WESTERN, -5),
  latin('windows-1250', CENTRAL, -2),
  latin('iso-8859-2', CENTRAL, -4),
  latin('windows-1254', ['ıüşöçğâîû'], -2.5),
  latin('windows-1257', BALTIC, -4),
  latin('windows-1258', VIETNAMESE, -4),
  other('windows-1251', CYRILLIC, -1),
  other('koi8-r', CYRILLIC, -3),
  other('koi8-u', CYRILLIC, -4),
  other('ibm866', CYRILLIC, -3),
  other('iso-8859-5', CYRILLIC, -4),
  other('windows-1253', GREEK, -1),
  other('windows-1255', HEBREW, -1),
  other('windows-1256', ARABIC, -1),
  other('iso-8859-6', ARABIC, -4),
  other('windows-874', THAI, -1),
];

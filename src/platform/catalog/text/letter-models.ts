import type { Encoding } from './encodings.js';

/** Letter statistics for the languages that use a single-byte encoding. */
export interface LetterModel {
  encoding: Encoding;
  /** For each language, its lower-case letters beyond ASCII in descending frequency. */
  alphabets: readonly string[];
  /** True if the letters occur next to ASCII letters. False if their words contain no ASCII letters. */
  isLatin: boolean;
  /** Logarithm of how frequent files in this encoding are, relative to the common encodings. */
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
/** Russian and related languages, which share their most common letters. */
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

const createLatinModel = (
  encoding: Encoding,
  alphabets: readonly string[],
  prior: number,
): LetterModel => ({
  encoding,
  alphabets,
  isLatin: true,
  prior,
});
const createNonLatinModel = (
  encoding: Encoding,
  alphabets: readonly string[],
  prior: number,
): LetterModel => ({
  encoding,
  alphabets,
  isLatin: false,
  prior,
});

/** Single-byte encodings, which letter frequencies distinguish. */
export const LETTER_MODELS: readonly LetterModel[] = [
  createLatinModel('windows-1252', WESTERN, 0),
  createLatinModel('macintosh', WESTERN, -5),
  createLatinModel('windows-1250', CENTRAL, -2),
  createLatinModel('iso-8859-2', CENTRAL, -4),
  createLatinModel('windows-1254', ['ıüşöçğâîû'], -2.5),
  createLatinModel('windows-1257', BALTIC, -4),
  createLatinModel('windows-1258', VIETNAMESE, -4),
  createNonLatinModel('windows-1251', CYRILLIC, -1),
  createNonLatinModel('koi8-r', CYRILLIC, -3),
  createNonLatinModel('koi8-u', CYRILLIC, -4),
  createNonLatinModel('ibm866', CYRILLIC, -3),
  createNonLatinModel('iso-8859-5', CYRILLIC, -4),
  createNonLatinModel('windows-1253', GREEK, -1),
  createNonLatinModel('windows-1255', HEBREW, -1),
  createNonLatinModel('windows-1256', ARABIC, -1),
  createNonLatinModel('iso-8859-6', ARABIC, -4),
  createNonLatinModel('windows-874', THAI, -1),
];

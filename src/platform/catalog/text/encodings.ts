/** Supported encodings, by the name that both the API (`encoding`) and iconv-lite use. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-15',
  'koi8-r',
  'koi8-u',
  'ibm866',
  'macintosh',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** Common aliases of these encodings. Names are compared without case and punctuation. */
const ALIASES: Record<string, Encoding> = {
  utf8: 'utf-8',
  utf16: 'utf-16le',
  unicode: 'utf-16le',
  ascii: 'windows-1252',
  usascii: 'windows-1252',
  ansi: 'windows-1252',
  latin1: 'windows-1252',
  iso88591: 'windows-1252',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  iso88597: 'windows-1253',
  iso88598: 'windows-1255',
  iso88598i: 'windows-1255',
  iso88599: 'windows-1254',
  latin5: 'windows-1254',
  sjis: 'shift_jis',
  shiftjis: 'shift_jis',
  cp932: 'shift_jis',
  windows31j: 'shift_jis',
  ms932: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  cp950: 'big5',
  big5hkscs: 'big5',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  ksc56011987: 'euc-kr',
  cp866: 'ibm866',
  macroman: 'macintosh',
};

const ENCODINGS_BY_KEY = new Map<string, Encoding>([
  ...Object.entries(ALIASES),
  ...ENCODINGS.flatMap((name): [string, Encoding][] => [
    [normalizeName(name), name],
    [normalizeName(name).replace(/^windows/, 'cp'), name],
  ]),
]);

function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the encoding that a name or an alias denotes. Undefined for an unsupported encoding. */
export const findEncoding = (name: string): Encoding | undefined =>
  ENCODINGS_BY_KEY.get(normalizeName(name));

interface ReadingChoice {
  /** Value of the API field. */
  value: string;
  name: string;
}

export const ENCODINGS: ReadingChoice[] = [
  { value: 'utf-8', name: 'UTF-8' },
  { value: 'utf-16le', name: 'UTF-16 LE' },
  { value: 'utf-16be', name: 'UTF-16 BE' },
  { value: 'windows-1252', name: 'Western European (Windows-1252)' },
  { value: 'windows-1250', name: 'Central European (Windows-1250)' },
  { value: 'windows-1251', name: 'Cyrillic (Windows-1251)' },
  { value: 'windows-1253', name: 'Greek (Windows-1253)' },
  { value: 'windows-1254', name: 'Turkish (Windows-1254)' },
  { value: 'windows-1255', name: 'Hebrew (Windows-1255)' },
  { value: 'windows-1256', name: 'Arabic (Windows-1256)' },
  { value: 'windows-1257', name: 'Baltic (Windows-1257)' },
  { value: 'windows-1258', name: 'Vietnamese (Windows-1258)' },
  { value: 'windows-874', name: 'Thai (Windows-874)' },
  { value: 'koi8-r', name: 'Cyrillic (KOI8-R)' },
  { value: 'koi8-u', name: 'Cyrillic (KOI8-U)' },
  { value: 'ibm866', name: 'Cyrillic (DOS 866)' },
  { value: 'macintosh', name: 'Western European (Macintosh)' },
  { value: 'shift_jis', name: 'Japanese (Shift JIS)' },
  { value: 'euc-jp', name: 'Japanese (EUC-JP)' },
  { value: 'euc-kr', name: 'Korean (EUC-KR)' },
  { value: 'gb18030', name: 'Chinese (GBK, GB18030)' },
  { value: 'big5', name: 'Chinese (Big5)' },
];

export const DELIMITERS: ReadingChoice[] = [
  { value: ',', name: 'Comma' },
  { value: ';', name: 'Semicolon' },
  { value: 'tab', name: 'Tab' },
  { value: '|', name: 'Vertical bar' },
];

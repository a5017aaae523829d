import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText, type TextEncoding } from './decode-text.js';
import type { Encoding } from './encodings.js';

/** Product names from shops in many countries, as found in a short file. */
const NAMES: readonly (readonly [language: string, encodings: Encoding[], names: string[]])[] = [
  [
    'German',
    ['windows-1252', 'macintosh'],
    ['Größe M', 'Tür für Küchenschränke', 'Weiße Vase', 'Wärmflasche'],
  ],
  [
    'French',
    ['windows-1252', 'macintosh'],
    ['Théière émaillée', 'Crème brûlée', 'Pâte à modeler', 'Forêt noire'],
  ],
  [
    'Spanish',
    ['windows-1252'],
    ['Pequeño cuadro', 'Sillón de salón', 'Cinturón de niño', '¿Qué es?'],
  ],
  [
    'Portuguese',
    ['windows-1252'],
    ['Coração de mãe', 'Sabão líquido', 'Almofada de algodão', 'Relógio'],
  ],
  ['Swedish', ['windows-1252'], ['Blå skål', 'Grön kanna', 'Köksvåg', 'Hängare för kläder']],
  ['Danish', ['windows-1252'], ['Rød kaffekop', 'Håndklæde', 'Grøn æske', 'Sølvskål']],
  [
    'Czech',
    ['windows-1250', 'iso-8859-2'],
    ['Dřevěná židle', 'Kuchyňský stůl', 'Žlutý hrnek', 'Skříň bílá'],
  ],
  [
    'Polish',
    ['windows-1250', 'iso-8859-2'],
    ['Żółty kubek', 'Łyżka drewniana', 'Świeca zapachowa', 'Krzesło dębowe'],
  ],
  [
    'Hungarian',
    ['windows-1250'],
    ['Fürdőszobai szőnyeg', 'Kézműves bögre', 'Gyűrűtartó', 'Sütőforma'],
  ],
  [
    'Turkish',
    ['windows-1254'],
    ['Kırmızı kupa', 'Çiçekli şişe', 'Gümüş yüzük', 'Bakır çaydanlık ışıklı'],
  ],
  [
    'Lithuanian',
    ['windows-1257'],
    ['Žalia kėdė', 'Šviesus stalčius', 'Mažas ąsotis', 'Geltonų gėlių vaza'],
  ],
  [
    'Russian',
    ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5'],
    ['Каменная кружка', 'Настольные часы', 'Сумка холщовая'],
  ],
  [
    'Ukrainian',
    ['windows-1251', 'koi8-u'],
    ["Дерев'яна чашка", 'Настільний годинник', 'Їжачок', 'Синій чайник'],
  ],
  ['Bulgarian', ['windows-1251'], ['Каменна чаша', 'Настолен часовник', 'Дървена лъжица']],
  ['Greek', ['windows-1253'], ['Πέτρινη κούπα', 'Επιτραπέζιο ρολόι', 'Ξύλινη καρέκλα']],
  ['Hebrew', ['windows-1255'], ['ספל אבן', 'שעון שולחני', 'תיק בד']],
  ['Arabic', ['windows-1256'], ['كوب حجري', 'ساعة مكتب', 'حقيبة قماش']],
  ['Thai', ['windows-874'], ['แก้วหิน', 'นาฬิกาตั้งโต๊ะ', 'กระเป๋าผ้า']],
  ['Japanese', ['shift_jis', 'euc-jp'], ['石のマグカップ', '卓上時計', '手作りの布バッグ']],
  ['Korean', ['euc-kr'], ['돌 머그잔', '탁상 시계', '캔버스 가방']],
  ['Simplified Chinese', ['gb18030'], ['石头马克杯', '台式时钟', '帆布手提包']],
  ['Traditional Chinese', ['big5'], ['石頭馬克杯', '桌上時鐘', '帆布手提袋']],
];

const CASES = NAMES.flatMap(([language, encodings, names]) =>
  encodings.map((encoding): [string, Encoding, string[]] => [language, encoding, names]),
);

const buildFile = (names: string[]): string =>
  [
    'SKU;Product Name;Image URL',
    ...names.map((name, i) => `A-${i};${name};https://cdn.example.com/products/${i}.jpg`),
    '',
  ].join('\r\n');

async function decode(bytes: Buffer): Promise<{ text: string; detected: TextEncoding }> {
  const detected: TextEncoding = { encoding: 'utf-8', hasBom: false, hasReplacements: false };
  async function* source() {
    yield bytes;
  }
  let text = '';
  for await (const part of decodeText(source(), detected)) text += part;
  return { text, detected };
}

describe('decodeText()', () => {
  it.each(CASES)(
    'decodeText() detects the encoding of a short file in %s (%s)',
    async (_language, encoding, names) => {
      const file = buildFile(names);
      const { text } = await decode(iconv.encode(file, encoding));
      expect(text).toBe(file);
    },
  );

  it.each(CASES)(
    'decodeText() detects the encoding of a single product name in %s (%s)',
    async (_language, encoding, names) => {
      const mismatches: string[] = [];
      for (const name of names) {
        const { text } = await decode(iconv.encode(buildFile([name]), encoding));
        if (text !== buildFile([name])) mismatches.push(`${name} -> ${text.split(';')[3]}`);
      }
      // One two-word name may be too short to identify a rare encoding.
      expect(mismatches.slice(encoding.startsWith('iso') ? 2 : 1)).toEqual([]);
    },
  );

  it.each(CASES)(
    'decodeText() detects the encoding of a long file in %s (%s)',
    async (_language, encoding, names) => {
      const file = buildFile(Array.from({ length: 20_000 }, (_, i) => names[i % names.length]));
      const { text, detected } = await decode(iconv.encode(file, encoding));
      expect(text === file).toBe(true);
      expect(detected.hasReplacements).toBe(false);
    },
  );

  it.each([['“Mug” – 5 €'], ['Stone mug®'], ['20°C'], ['Caf\u00e9'], ['it’s']])(
    'decodeText() detects Windows-1252 from the text %j',
    async (name) => {
      const { text, detected } = await decode(iconv.encode(buildFile([name]), 'windows-1252'));
      expect(text).toBe(buildFile([name]));
      expect(detected.encoding).toBe('windows-1252');
    },
  );
});

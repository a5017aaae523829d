import { describe, expect, it } from 'vitest';
import { REPETITIVE_CELLS } from '../../../../test/support/repetitive-cells.js';
import { parseImageCell } from './parse-image-cell.js';

const readUrls = (cell: string, context = {}): (string | null)[] =>
  parseImageCell(cell, context).map(({ url, fault }) => url ?? fault?.code ?? null);

const URL_A = 'https://cdn.example.com/a.jpg';
const URL_B = 'https://cdn.example.com/b.png';

describe('parseImageCell()', () => {
  it.each<[cell: string, urls: (string | null)[]]>([
    ['', []],
    [' \u200b ', []],
    ['N/A', []],
    ['#N/A', []],
    ['no_selection', []],
    ['[]', []],
    [URL_A, [URL_A]],
    [`${URL_A},${URL_B}`, [URL_A, URL_B]],
    [`${URL_A} | ${URL_B}`, [URL_A, URL_B]],
    [`${URL_A}\r\n${URL_B}`, [URL_A, URL_B]],
    [`${URL_A} ${URL_B}`, [URL_A, URL_B]],
    [`${URL_A},,${URL_B}`, [URL_A, null, URL_B]],
    [`${URL_A},N/A,${URL_B}`, [URL_A, URL_B]],
    [`${URL_A},`, [URL_A]],
    [`${URL_A},\n${URL_B}`, [URL_A, URL_B]],
    [`'${URL_A}','${URL_B}'`, [URL_A, URL_B]],
    [`<${URL_A}>`, [URL_A]],
    [`(${URL_A})`, [URL_A]],
    [`((${URL_A}))`, [URL_A]],
    [`["${URL_A}","${URL_B}"]`, [URL_A, URL_B]],
    [`['${URL_A}', None]`, [URL_A]],
    [`{${URL_A},${URL_B}}`, [URL_A, URL_B]],
    [`{"url":"${URL_A}","width":3}`, [URL_A]],
    [`[{"src":"${URL_A}"},{"src":"${URL_B}"}]`, [URL_A, URL_B]],
    [`[{"url":"${URL_A}","thumbnails":{"large":{"url":"${URL_B}"}}}]`, [URL_A]],
    [String.raw`["https:\/\/cdn.example.com\/a.jpg"]`, [URL_A]],
    [`front.jpg (${URL_A}),back (1).jpg (${URL_B})`, [URL_A, URL_B]],
    [`=IMAGE("${URL_A}")`, [URL_A]],
    [`=BILD("${URL_A}";4)`, [URL_A]],
    [`=HYPERLINK("${URL_A}","x")`, [URL_A]],
    [`=IMAGE(A2)`, ['formula_without_url']],
    [`<p>x</p><img src="${URL_A}?w=1&amp;h=2">`, [`${URL_A}?w=1&h=2`]],
    [`${URL_A} ! alt : a, b ! title : c | ${URL_B} ! alt : `, [URL_A, URL_B]],
    [`${URL_A}:Red,${URL_B}:Blue`, [URL_A, URL_B]],
    ['//cdn.example.com/a.jpg', [URL_A]],
    ['www.example.com/a.jpg', ['https://www.example.com/a.jpg']],
    ['cdn.example.com/a.jpg', [URL_A]],
    [`${URL_A}?x=1&amp;y=2`, [`${URL_A}?x=1&y=2`]],
    [`${URL_A}, /b.png`, [URL_A, 'https://cdn.example.com/b.png']],
    ['https://cdn.example.com/red|blue.jpg', ['https://cdn.example.com/red|blue.jpg']],
    [`${URL_A}?trim=10|20&x=a`, [`${URL_A}?trim=10|20&x=a`]],
    [`${URL_A}?trim=10|20|${URL_B}`, [`${URL_A}?trim=10|20`, URL_B]],
    [`${URL_A}?v=1|b.png`, [`${URL_A}?v=1`, 'https://cdn.example.com/b.png']],
    [`${URL_A}|b.png`, [URL_A, 'https://cdn.example.com/b.png']],
    ['https://cdn.example.com/w_400,h_300/a.jpg', ['https://cdn.example.com/w_400,h_300/a.jpg']],
    [
      'https://cdn.example.com/fetch/https://x.example.com/a.jpg',
      ['https://cdn.example.com/fetch/https://x.example.com/a.jpg'],
    ],
    [
      'https://cdn.example.com/i?url=https://x.example.com/a.jpg',
      ['https://cdn.example.com/i?url=https://x.example.com/a.jpg'],
    ],
    [
      'https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view?usp=sharing',
      ['https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKlMnOp'],
    ],
    ['https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOp', ['share_link_folder']],
    [
      'https://www.dropbox.com/scl/fi/x/a.png?rlkey=k&dl=0',
      ['https://www.dropbox.com/scl/fi/x/a.png?rlkey=k&raw=1'],
    ],
    ...['<br>', '<br/>', '<BR /> ', '#', '~', '^', '::', ''].map(
      (separator): [string, string[]] => [
        `https://cdn.example.com/a.jpg${separator}https://cdn.example.com/b.png`,
        ['https://cdn.example.com/a.jpg', 'https://cdn.example.com/b.png'],
      ],
    ),
    [
      'https://proxy.example.com/fetch/https://cdn.example.com/a.jpg',
      ['https://proxy.example.com/fetch/https://cdn.example.com/a.jpg'],
    ],
    ['mug.jpg', ['url_relative']],
    ['mug', ['url_invalid']],
    ['ftp://example.com/a.jpg', ['url_scheme']],
    [String.raw`C:\photos\a.jpg`, ['url_local_path']],
    ['https://user:pass@example.com/a.jpg', ['url_user_info']],
    ['https://exa mple.com:99999/', ['url_invalid']],
    [`https://cdn.example.com/${'a'.repeat(9000)}`, ['url_too_long']],
  ])('parseImageCell() reads the references in the cell %j', (cell, urls) => {
    expect(readUrls(cell)).toEqual(urls);
  });

  it('parseImageCell() resolves file names and paths against the base URL', () => {
    const context = { baseUrl: 'https://cdn.example.com/media//' };
    expect(readUrls('a.jpg,/m/u/b.jpg;./c.jpg', context)).toEqual([
      'https://cdn.example.com/media/a.jpg',
      'https://cdn.example.com/media/m/u/b.jpg',
      'https://cdn.example.com/media/c.jpg',
    ]);
  });
});

describe('parseImageCell() with repetitive cells', () => {
  // A parser that takes quadratic time would need minutes for some of these cells.
  it.each(REPETITIVE_CELLS)(
    'parseImageCell() parses a 500,000-character cell of repeated %j in linear time',
    (part, wrap) => {
      const cell = wrap(part.repeat(Math.ceil(500_000 / part.length)));
      expect(parseImageCell(cell)).toBeInstanceOf(Array);
    },
  );
});

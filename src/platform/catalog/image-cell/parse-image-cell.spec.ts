import { describe, expect, it } from 'vitest';
import { REPETITIVE_CELLS } from '../../../../test/support/repetitive-cells.js';
import { parseImageCell } from './parse-image-cell.js';

const urlsOf = (cell: string, context = {}): (string | null)[] =>
  parseImageCell(cell, context).map(({ url, fault }) => url ?? fault?.code ?? null);

const A = 'https://cdn.example.com/a.jpg';
const B = 'https://cdn.example.com/b.png';

describe('parseImageCell()', () => {
  it.each<[cell: string, urls: (string | null)[]]>([
    ['', []],
    [' \u200b ', []],
    ['N/A', []],
    ['#N/A', []],
    ['no_selection', []],
    ['[]', []],
    [A, [A]],
    [`${A},${B}`, [A, B]],
    [`${A} | ${B}`, [A, B]],
    [`${A}\r\n${B}`, [A, B]],
    [`${A} ${B}`, [A, B]],
    [`${A},,${B}`, [A, null, B]],
    [`${A},N/A,${B}`, [A, B]],
    [`${A},`, [A]],
    [`${A},\n${B}`, [A, B]],
    [`'${A}','${B}'`, [A, B]],
    [`<${A}>`, [A]],
    [`(${A})`, [A]],
    [`((${A}))`, [A]],
    [`["${A}","${B}"]`, [A, B]],
    [`['${A}', None]`, [A]],
    [`{${A},${B}}`, [A, B]],
    [`{"url":"${A}","width":3}`, [A]],
    [`[{"src":"${A}"},{"src":"${B}"}]`, [A, B]],
    [`[{"url":"${A}","thumbnails":{"large":{"url":"${B}"}}}]`, [A]],
    [String.raw`["https:\/\/cdn.example.com\/a.jpg"]`, [A]],
    [`front.jpg (${A}),back (1).jpg (${B})`, [A, B]],
    [`=IMAGE("${A}")`, [A]],
    [`=BILD("${A}";4)`, [A]],
    [`=HYPERLINK("${A}","x")`, [A]],
    [`=IMAGE(A2)`, ['formula_without_url']],
    [`<p>x</p><img src="${A}?w=1&amp;h=2">`, [`${A}?w=1&h=2`]],
    [`${A} ! alt : a, b ! title : c | ${B} ! alt : `, [A, B]],
    [`${A}:Red,${B}:Blue`, [A, B]],
    ['//cdn.example.com/a.jpg', [A]],
    ['www.example.com/a.jpg', ['https://www.example.com/a.jpg']],
    ['cdn.example.com/a.jpg', [A]],
    [`${A}?x=1&amp;y=2`, [`${A}?x=1&y=2`]],
    [`${A}, /b.png`, [A, 'https://cdn.example.com/b.png']],
    ['https://cdn.example.com/red|blue.jpg', ['https://cdn.example.com/red|blue.jpg']],
    [`${A}?trim=10|20&x=a`, [`${A}?trim=10|20&x=a`]],
    [`${A}?trim=10|20|${B}`, [`${A}?trim=10|20`, B]],
    [`${A}?v=1|b.png`, [`${A}?v=1`, 'https://cdn.example.com/b.png']],
    [`${A}|b.png`, [A, 'https://cdn.example.com/b.png']],
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
  ])('parseImageCell() reads %j', (cell, urls) => {
    expect(urlsOf(cell)).toEqual(urls);
  });

  it('parseImageCell() resolves file names and paths against the base URL', () => {
    const context = { baseUrl: 'https://cdn.example.com/media//' };
    expect(urlsOf('a.jpg,/m/u/b.jpg;./c.jpg', context)).toEqual([
      'https://cdn.example.com/media/a.jpg',
      'https://cdn.example.com/media/m/u/b.jpg',
      'https://cdn.example.com/media/c.jpg',
    ]);
  });
});

describe('parseImageCell() of a cell of 500,000 characters', () => {
  // A quadratic reader needs minutes for one of them, a linear one milliseconds.
  it.each(REPETITIVE_CELLS)(
    'parseImageCell() of a cell of 500,000 characters reads repetitions of %j',
    (part, around) => {
      const cell = around(part.repeat(Math.ceil(500_000 / part.length)));
      expect(parseImageCell(cell)).toBeInstanceOf(Array);
    },
  );
});

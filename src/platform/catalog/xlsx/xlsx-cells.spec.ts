import { describe, expect, it } from 'vitest';
import {
  HEADER,
  IMAGE_URL,
  productSheet,
  WorkbookReader,
} from '../../../../test/support/workbook-reader.js';
import { textRow } from '../../../../test/support/xlsx-workbook.js';

const workbooks = WorkbookReader.forThisFile();

describe('XlsxSource', () => {
  it('XlsxSource reads each cell type as a CSV export would write it', async () => {
    const cells = [
      '<c r="A2" t="s"><v>0</v></c>',
      '<c r="B2"><v>4006381333931</v></c>',
      `<c r="C2" t="inlineStr"><is><t>${IMAGE_URL}</t></is></c>`,
      '<c r="D2"><v>4.006381333931E12</v></c>',
      '<c r="E2"><v>19.989999999999998</v></c>',
      '<c r="F2" t="b"><v>1</v></c>',
      '<c r="G2" s="1"><v>45292</v></c>',
      '<c r="H2" s="2"><v>45292.5</v></c>',
      '<c r="I2" s="3"><v>1234</v></c>',
      '<c r="J2" t="e"><v>#N/A</v></c>',
      '<c r="K2" t="str"><f>A2&amp;"x"</f><v>shown</v></c>',
      '<c r="L2" t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r><rPh><t>read</t></rPh></is></c>',
      '<c r="M2"><v>1E-7</v></c>',
      '<c r="N2" t="d"><v>2024-05-06</v></c>',
      '<c r="O2" t="s"><v>1</v></c>',
    ];
    const { cells: rows } = await workbooks.readWorkbook({
      sheets: [
        productSheet(
          textRow(1, ['SKU', 'EAN', 'Image', ...Array.from('DEFGHIJKLMNO')]) +
            `<row r="2">${cells.join('')}</row>`,
        ),
      ],
      sharedStrings: '<si><t>0042</t></si><si><t>a_x000D_\nb_x005F_x0041_</t></si>',
      styles:
        '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm;@"/><numFmt numFmtId="165" formatCode="00000000"/></numFmts>' +
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>',
    });
    expect(rows[0]).toEqual([
      '0042',
      '4006381333931',
      IMAGE_URL,
      '4006381333931',
      '19.99',
      'TRUE',
      '2024-01-01',
      '2024-01-01T12:00:00',
      '00001234',
      '#N/A',
      'shown',
      'rich text',
      '0.0000001',
      '2024-05-06',
      'a\r\nb_x0041_',
    ]);
  });

  it('XlsxSource reads dates in the 1904 date system', async () => {
    const { cells } = await workbooks.readWorkbook({
      date1904: true,
      sheets: [
        productSheet(
          `${HEADER}<row r="2"><c r="A2" s="1"><v>0.25</v></c><c r="B2" s="1"><v>43830</v></c><c r="C2" t="inlineStr"><is><t>${IMAGE_URL}</t></is></c></row>`,
        ),
      ],
      styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>',
    });
    expect(cells[0].slice(0, 2)).toEqual(['06:00:00', '2024-01-01']);
  });

  it('XlsxSource reads the URL in IMAGE and HYPERLINK formulas', async () => {
    const { rows } = await workbooks.readWorkbook({
      sheets: [
        productSheet(
          HEADER +
            `<row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c><c r="C2" t="e"><f>_xlfn.IMAGE("${IMAGE_URL}")</f><v>#VALUE!</v></c></row>` +
            `<row r="3"><c r="A3" t="inlineStr"><is><t>2</t></is></c><c r="C3" t="str"><f>HYPERLINK("${IMAGE_URL}","show")</f><v>show</v></c></row>` +
            `<row r="4"><c r="C4" t="str"><f>HYPERLINK(D4)</f><v>${IMAGE_URL}</v></c></row>`,
        ),
      ],
    });
    expect(rows.map(({ cells }) => cells[2])).toEqual([
      `=IMAGE("${IMAGE_URL}")`,
      `=HYPERLINK("${IMAGE_URL}","show")`,
      IMAGE_URL,
    ]);
    expect(rows.flatMap(({ images }) => images.map(({ url }) => url))).toEqual([
      IMAGE_URL,
      IMAGE_URL,
      IMAGE_URL,
    ]);
  });

  it('XlsxSource reads hyperlinks only in image columns', async () => {
    const { rows } = await workbooks.readWorkbook({
      sheets: [
        {
          name: 'Products',
          rows:
            HEADER +
            textRow(2, ['1', 'Stone mug', 'View photo']) +
            textRow(3, ['2', 'Clock', IMAGE_URL]),
          xmlAfterRows:
            '<hyperlinks><hyperlink ref="B2" r:id="rId1"/><hyperlink ref="C2" r:id="rId2"/><hyperlink ref="C3" r:id="rId2"/></hyperlinks>',
          links: {
            rId1: 'https://shop.example.com/stone-mug',
            rId2: 'https://cdn.example.com/stone-mug.jpg',
          },
        },
      ],
    });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', 'Stone mug', 'https://cdn.example.com/stone-mug.jpg'],
      ['2', 'Clock', IMAGE_URL],
    ]);
  });

  it('XlsxSource reads cells and rows without references, and elements with a namespace prefix', async () => {
    const rows =
      '<x:row><x:c t="inlineStr"><x:is><x:t>SKU</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>Image</x:t></x:is></x:c></x:row>' +
      `<x:row><x:c><x:v>7</x:v></x:c><x:c t="inlineStr"><x:is><x:t>${IMAGE_URL}</x:t></x:is></x:c></x:row>`;
    expect((await workbooks.readWorkbook({ sheets: [productSheet(rows)] })).cells).toEqual([
      ['7', IMAGE_URL],
    ]);
  });

  it('XlsxSource reads more shared strings than it keeps in memory', async () => {
    const count = 9_500;
    const texts = Array.from({ length: count }, (_, i) => `Text ${i} ${'\u00e4'.repeat(2000)}`);
    const rows = texts
      .map(
        (_, i) =>
          `<row><c t="s"><v>${i}</v></c><c t="s"><v>${(i * 7919) % count}</v></c><c t="inlineStr"><is><t>${IMAGE_URL}</t></is></c></row>`,
      )
      .join('');
    const { cells } = await workbooks.readWorkbook({
      sheets: [productSheet(textRow(1, ['SKU', 'Name', 'Image']) + rows)],
      sharedStrings: texts.map((text) => `<si><t>${text}</t></si>`).join(''),
    });
    expect(cells).toHaveLength(count);
    expect(
      cells.every(([sku, name], i) => sku === texts[i] && name === texts[(i * 7919) % count]),
    ).toBe(true);
  });
});

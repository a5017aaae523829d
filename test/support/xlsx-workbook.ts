import { ZipFile } from 'yazl';

const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

export interface TestSheet {
  name: string;
  /** Content of `<sheetData>`. */
  rows: string;
  /** XML after the rows, such as `<hyperlinks>`. */
  after?: string;
  /** Targets of external hyperlinks by relationship id. */
  links?: Record<string, string>;
  state?: string;
}

export interface TestWorkbook {
  sheets: TestSheet[];
  /** Content of `<sst>`. */
  sharedStrings?: string;
  /** Content of `<styleSheet>`. */
  styles?: string;
  date1904?: boolean;
  /** Parts that are added, or that replace others. */
  parts?: Record<string, string>;
}

/** Builds a workbook of raw XML, as other programs write it. */
export async function buildWorkbook(workbook: TestWorkbook): Promise<Buffer> {
  const parts: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${R}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${R}">${workbook.date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${workbook.sheets
      .map(
        ({ name, state }, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"${state ? ` state="${state}"` : ''}/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${workbook.sheets
      .map(
        (_, i) =>
          `<Relationship Id="rId${i + 1}" Type="${R}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
      )
      .join(
        '',
      )}<Relationship Id="rIdS" Type="${R}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdT" Type="${R}/styles" Target="styles.xml"/></Relationships>`,
  };
  for (const [i, sheet] of workbook.sheets.entries()) {
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<?xml version="1.0" encoding="UTF-8"?><worksheet ${MAIN} xmlns:r="${R}"><sheetData>${sheet.rows}</sheetData>${sheet.after ?? ''}</worksheet>`;
    if (sheet.links) {
      parts[`xl/worksheets/_rels/sheet${i + 1}.xml.rels`] = `<Relationships>${Object.entries(
        sheet.links,
      )
        .map(
          ([id, target]) =>
            `<Relationship Id="${id}" Type="${R}/hyperlink" Target="${target}" TargetMode="External"/>`,
        )
        .join('')}</Relationships>`;
    }
  }
  if (workbook.sharedStrings)
    parts['xl/sharedStrings.xml'] = `<sst ${MAIN}>${workbook.sharedStrings}</sst>`;
  if (workbook.styles)
    parts['xl/styles.xml'] = `<styleSheet ${MAIN}>${workbook.styles}</styleSheet>`;
  return zipOf({ ...parts, ...workbook.parts });
}

export async function zipOf(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content as string), path);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A row of inline texts; an empty text leaves its cell out. */
export const textRow = (row: number, cells: readonly string[]): string =>
  `<row r="${row}">${cells
    .map((text, i) =>
      text === ''
        ? ''
        : `<c r="${String.fromCharCode(65 + i)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`,
    )
    .join('')}</row>`;

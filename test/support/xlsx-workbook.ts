import { ZipFile } from 'yazl';

const RELATIONSHIPS_NAMESPACE =
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN_NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

export interface TestSheet {
  name: string;
  /** Content of `<sheetData>`. */
  rows: string;
  /** XML after the rows, such as `<hyperlinks>`. */
  xmlAfterRows?: string;
  /** Targets of external hyperlinks by relationship ID. */
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
  /** Parts to add or to replace, by path. */
  parts?: Record<string, string>;
}

/** Builds a workbook from raw XML, as other programs write it. */
export async function buildWorkbook(workbook: TestWorkbook): Promise<Buffer> {
  const parts: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${RELATIONSHIPS_NAMESPACE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${MAIN_NAMESPACE} xmlns:r="${RELATIONSHIPS_NAMESPACE}">${workbook.date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${workbook.sheets
      .map(
        ({ name, state }, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"${state ? ` state="${state}"` : ''}/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${workbook.sheets
      .map(
        (_, i) =>
          `<Relationship Id="rId${i + 1}" Type="${RELATIONSHIPS_NAMESPACE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
      )
      .join(
        '',
      )}<Relationship Id="rIdS" Type="${RELATIONSHIPS_NAMESPACE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdT" Type="${RELATIONSHIPS_NAMESPACE}/styles" Target="styles.xml"/></Relationships>`,
  };
  for (const [i, sheet] of workbook.sheets.entries()) {
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<?xml version="1.0" encoding="UTF-8"?><worksheet ${MAIN_NAMESPACE} xmlns:r="${RELATIONSHIPS_NAMESPACE}"><sheetData>${sheet.rows}</sheetData>${sheet.xmlAfterRows ?? ''}</worksheet>`;
    if (sheet.links) {
      parts[`xl/worksheets/_rels/sheet${i + 1}.xml.rels`] = `<Relationships>${Object.entries(
        sheet.links,
      )
        .map(
          ([id, target]) =>
            `<Relationship Id="${id}" Type="${RELATIONSHIPS_NAMESPACE}/hyperlink" Target="${target}" TargetMode="External"/>`,
        )
        .join('')}</Relationships>`;
    }
  }
  if (workbook.sharedStrings)
    parts['xl/sharedStrings.xml'] = `<sst ${MAIN_NAMESPACE}>${workbook.sharedStrings}</sst>`;
  if (workbook.styles)
    parts['xl/styles.xml'] = `<styleSheet ${MAIN_NAMESPACE}>${workbook.styles}</styleSheet>`;
  return buildZip({ ...parts, ...workbook.parts });
}

export async function buildZip(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content as string), path);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Returns a row of inline strings. An empty string omits its cell. */
export const textRow = (row: number, cells: readonly string[]): string =>
  `<row r="${row}">${cells
    .map((text, i) =>
      text === ''
        ? ''
        : `<c r="${String.fromCharCode(65 + i)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`,
    )
    .join('')}</row>`;

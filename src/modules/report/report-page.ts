import { createHash } from 'node:crypto';
import type {
  DuplicateGroupDto,
  OriginProblemDto,
  ReportAuditDto,
  ReportDto,
  ReportDuplicatesDto,
  ReportImageDto,
} from './report.dto.js';

const STYLE = `
:root{color-scheme:light dark;--line:#c9cccf;--dim:#616161}
@media (prefers-color-scheme:dark){:root{--line:#4a4a4a;--dim:#b5b5b5}}
body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}p{margin:.3rem 0}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1rem 0}
dl div{border:1px solid var(--line);border-radius:8px;padding:.6rem}
dt{color:var(--dim);font-size:.85rem}dd{margin:0;font-size:1.25rem;font-weight:600}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .5rem .3rem 0;vertical-align:top;
border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;white-space:nowrap}
.url{overflow-wrap:anywhere;color:var(--dim);font-size:.85rem}
@media print{:root{color-scheme:light}body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}
tr{break-inside:avoid}}
`;

/** Allows the style of the page and no other resource. */
export const REPORT_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]);

const NUMBERS = new Intl.NumberFormat('en-US');
const count = (value: number): string => NUMBERS.format(value);
const images = (value: number): string => `${count(value)} ${value === 1 ? 'image' : 'images'}`;

function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)),
  );
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function seconds(value: number): string {
  if (Math.abs(value) < 120) return `${value} s`;
  return Math.abs(value) < 7200
    ? `${Math.round(value / 60)} min`
    : `${(value / 3600).toFixed(1)} h`;
}

const date = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** Returns the report as a document without external resources, which prints on few pages. */
export function reportPage(report: ReportDto): string {
  const { filename, savings, audit } = report;
  const title = escaped(`Image report: ${filename}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p>${date(report.created_at)}, ${escaped(report.status)}. ${count(report.products)} rows, ${images(report.images)}: ${count(report.completed)} completed, ${count(report.failed)} failed.</p>
<dl>${figure('Saved', `${savings.percent} %`)}${figure('Before', bytes(savings.bytes_in))}${figure('After', bytes(savings.bytes_out))}${figure('Less to download at 4G speed', seconds(savings.seconds_saved_4g))}</dl>
${audit ? auditSection(audit) : ''}
${section('Largest savings', savings.largest, savingsTable(savings.largest))}
${duplicatesSection(report.duplicates)}
${section('Problems by origin', report.problems, problemsTable(report.problems))}
</body></html>
`;
}

const figure = (name: string, value: string): string =>
  `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`;

const section = (title: string, rows: readonly unknown[], content: string): string =>
  rows.length === 0 ? '' : `<h2>${escaped(title)}</h2>${content}`;

const table = (head: string, rows: readonly string[]): string =>
  `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;

const imageCell = ({ row, position, product_name, input_url }: ReportImageDto): string =>
  `${escaped(product_name)} (row ${row}, image ${position})<div class="url">${escaped(input_url)}</div>`;

function auditSection({ preset, passed, failed, reasons }: ReportAuditDto): string {
  const rows = reasons.map(
    ({ message, images: number }) =>
      `<tr><td>${escaped(message)}</td><td class="n">${count(number)}</td></tr>`,
  );
  const list = rows.length > 0 ? table('<th>Reason</th><th class="n">Images</th>', rows) : '';
  return `<h2>${escaped(preset)} check</h2><p>${images(passed)} passed, ${count(failed)} failed.</p>${list}`;
}

const savingsTable = (largest: readonly ReportImageDto[]): string =>
  table(
    '<th>Image</th><th class="n">Before</th><th class="n">After</th><th class="n">Saved</th>',
    largest.map((image) => {
      const [before, after] = [image.bytes_in ?? 0, image.bytes_out ?? 0];
      return `<tr><td>${imageCell(image)}</td><td class="n">${bytes(before)}</td><td class="n">${bytes(after)}</td><td class="n">${bytes(before - after)}</td></tr>`;
    }),
  );

function duplicatesSection(duplicates: ReportDuplicatesDto): string {
  const { exact, similar, similar_groups, similar_compared, similar_is_complete } = duplicates;
  const groups = `${count(similar_groups)} ${similar_groups === 1 ? 'group' : 'groups'}`;
  const found =
    similar_compared > 0
      ? `${groups} in ${images(similar_compared)} that were compared.`
      : 'Not compared. Upload the file with audit=true to compare its images.';
  const note = similar_is_complete
    ? found
    : 'Too many nearly equal images: not all of them were compared.';
  return `${section('Same file behind different URLs', exact, groupsTable(exact))}
${section('Similar images', similar, `<p>${note}</p>${groupsTable(similar)}`)}`;
}

const groupsTable = (groups: readonly DuplicateGroupDto[]): string =>
  table(
    '<th>Images of the group</th><th class="n">Number</th>',
    groups.map(
      ({ images: number, examples }) =>
        `<tr><td>${examples.map(imageCell).join('')}</td><td class="n">${count(number)}</td></tr>`,
    ),
  );

const problemsTable = (problems: readonly OriginProblemDto[]): string =>
  table(
    '<th>Origin</th><th>Problem</th><th class="n">Images</th>',
    problems.map(
      ({ host, code, images: number, example_url }) =>
        `<tr><td>${escaped(host || '(no host)')}<div class="url">${escaped(example_url)}</div></td><td>${escaped(code)}</td><td class="n">${count(number)}</td></tr>`,
    ),
  );

import type {
  DuplicateGroupDto,
  OriginProblemDto,
  ReportAuditDto,
  ReportDto,
  ReportDuplicatesDto,
  ReportImageDto,
  ReportSavingsDto,
} from './report.dto.js';
import { REPORT_STYLE } from './report-style.js';
import {
  formatBytes,
  formatCount,
  formatQuantity,
  formatDuration,
  escapeHtml,
  formatDateTime,
} from './report-text.js';

/** Maximum rows of a list, so the page fits on one sheet of A4. The JSON has more. */
const MAX_GROUPS_SHOWN = 4;
const MAX_EXAMPLES_SHOWN = 3;
const MAX_PROBLEMS_SHOWN = 6;

/** Returns the report as a document without external resources, which prints on one page. */
export function reportPage(report: ReportDto): string {
  const { savings, audit, problems } = report;
  const title = escapeHtml(`Image report: ${report.filename}`);
  const isCheckOnly = audit !== null && savings.bytes_in === 0;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<style>${REPORT_STYLE}</style></head><body><main>
<h1>${title}</h1>
<p>${renderSummary(report, isCheckOnly)}</p>
${isCheckOnly ? '' : figures(savings)}
${audit ? auditSection(audit) : ''}
${savings.largest.length > 0 ? `<h2>Largest savings</h2>${savingsTable(savings.largest)}` : ''}
${isCheckOnly ? '' : duplicatesSection(report.duplicates)}
${problems.length > 0 ? `<h2>Problems by origin</h2>${problemsTable(problems)}` : ''}
</main></body></html>
`;
}

function renderSummary(report: ReportDto, isCheckOnly: boolean): string {
  const { created_at, status, products, images, completed, failed } = report;
  const done = isCheckOnly ? 'checked without compressing them' : 'compressed';
  return `${formatDateTime(created_at)}, ${escapeHtml(status)}. ${formatQuantity(products, 'row')}, ${formatQuantity(images, 'image')}: ${formatCount(completed)} ${done}, ${formatCount(failed)} failed.`;
}

const figures = (savings: ReportSavingsDto): string =>
  `<dl>${[
    ['Saved', `${formatBytes(savings.bytes_saved)} (${savings.percent}\u00a0%)`],
    ['Before', formatBytes(savings.bytes_in)],
    ['After', formatBytes(savings.bytes_out)],
    ['Less to download at 4G speed', formatDuration(savings.seconds_saved_4g)],
  ]
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('')}</dl>`;

const table = (head: string, rows: readonly string[]): string =>
  `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;

const column = (name: string): string => `<th scope="col">${name}</th>`;
const numberColumn = (name: string): string => `<th scope="col" class="n">${name}</th>`;
const number = (value: string): string => `<td class="n">${value}</td>`;

/** Returns a note about omitted rows; empty if the page shows all. */
const renderTruncationNote = (shown: number, all: number, noun: string): string =>
  all > shown
    ? `<p class="note">The first ${formatCount(shown)} of ${formatQuantity(all, noun)}.</p>`
    : '';

const renderImage = ({ row, position, product_name, input_url }: ReportImageDto): string =>
  `${escapeHtml(product_name)} (row ${row}, image ${position}) <span class="url">${escapeHtml(input_url)}</span>`;

function auditSection({ preset, passed, failed, reasons }: ReportAuditDto): string {
  const rows = reasons.map(
    ({ message, images }) =>
      `<tr><td>${escapeHtml(message)}</td>${number(formatCount(images))}</tr>`,
  );
  const list = rows.length > 0 ? table(column('Reason') + numberColumn('Images'), rows) : '';
  const bad = failed > 0 ? ' class="bad"' : '';
  return `<h2>${escapeHtml(preset)} check</h2><p>${formatQuantity(passed, 'image')} passed, <strong${bad}>${formatCount(failed)} failed</strong>.</p>${list}`;
}

const savingsTable = (largest: readonly ReportImageDto[]): string =>
  table(
    `${column('Image')}<th scope="col" class="n optional">Before</th><th scope="col" class="n optional">After</th>${numberColumn('Saved')}`,
    largest.map((image) => {
      const [before, after] = [image.bytes_in ?? 0, image.bytes_out ?? 0];
      return `<tr><td class="image">${renderImage(image)}</td><td class="n optional">${formatBytes(before)}</td><td class="n optional">${formatBytes(after)}</td>${number(formatBytes(before - after))}</tr>`;
    }),
  );

function duplicatesSection(duplicates: ReportDuplicatesDto): string {
  const { exact, similar, similar_groups } = duplicates;
  return `<h2>Duplicates</h2>
<h3>Same file behind different URLs</h3>
${exact.length > 0 ? groupsTable(exact, exact.length) : '<p>None found.</p>'}
<h3>Similar images</h3>
<p>${describeComparison(duplicates)}</p>
${similar.length > 0 ? groupsTable(similar, similar_groups) : ''}`;
}

function describeComparison(duplicates: ReportDuplicatesDto): string {
  const { similar_groups, similar_compared, similar_is_complete } = duplicates;
  if (similar_compared === 0)
    return 'Not compared. Only images that were compressed and checked for a marketplace are compared.';
  if (!similar_is_complete) return 'Too many nearly equal images: not all of them were compared.';
  const groups = similar_groups === 0 ? 'No group' : formatQuantity(similar_groups, 'group');
  return `${groups} in ${formatQuantity(similar_compared, 'image')} that were compared.`;
}

function groupsTable(groups: readonly DuplicateGroupDto[], all: number): string {
  const rows = groups.slice(0, MAX_GROUPS_SHOWN).map(({ images, examples }) => {
    const shown = examples.slice(0, MAX_EXAMPLES_SHOWN);
    const list = shown.map((example) => `<li>${renderImage(example)}</li>`).join('');
    return `<tr><td class="group"><ul>${list}</ul></td>${number(formatCount(images))}</tr>`;
  });
  const head = column('Images of the group') + numberColumn('Number');
  return table(head, rows) + renderTruncationNote(rows.length, all, 'group');
}

const describeProblem = (message: string | null, code: string): string =>
  message === null
    ? escapeHtml(code)
    : `${escapeHtml(message)} <code class="note">${escapeHtml(code)}</code>`;

function problemsTable(problems: readonly OriginProblemDto[]): string {
  const rows = problems
    .slice(0, MAX_PROBLEMS_SHOWN)
    .map(
      ({ host, code, message, images, example_url }) =>
        `<tr><td class="image">${escapeHtml(host || '(no host)')} <span class="url">${escapeHtml(example_url)}</span></td><td class="problem">${describeProblem(message, code)}</td>${number(formatCount(images))}</tr>`,
    );
  const head = column('Origin') + column('Problem') + numberColumn('Images');
  return table(head, rows) + renderTruncationNote(rows.length, problems.length, 'problem');
}

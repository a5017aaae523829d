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

/** Maximum numbers of rows and examples that fit on one A4 sheet. The JSON response has more rows. */
const MAX_GROUP_ROWS = 4;
const MAX_EXAMPLES = 3;
const MAX_PROBLEM_ROWS = 6;

/** Renders the report as an HTML document without external resources. It prints on one page. */
export function renderReportPage(report: ReportDto): string {
  const { savings, audit, problems } = report;
  const title = escapeHtml(`Image report: ${report.filename}`);
  const isCheckOnly = audit !== null && savings.bytes_in === 0;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<style>${REPORT_STYLE}</style></head><body><main>
<h1>${title}</h1>
<p>${renderSummary(report, isCheckOnly)}</p>
${isCheckOnly ? '' : renderSavings(savings)}
${audit ? renderAudit(audit) : ''}
${savings.largest.length > 0 ? `<h2>Largest savings</h2>${renderSavingsTable(savings.largest)}` : ''}
${isCheckOnly ? '' : renderDuplicates(report.duplicates)}
${problems.length > 0 ? `<h2>Problems by origin</h2>${renderProblemsTable(problems)}` : ''}
</main></body></html>
`;
}

function renderSummary(report: ReportDto, isCheckOnly: boolean): string {
  const { created_at, status, products, images, completed, failed } = report;
  const outcome = isCheckOnly ? 'checked without compression' : 'compressed';
  return `${formatDateTime(created_at)}, ${escapeHtml(status)}. ${formatQuantity(products, 'row')}, ${formatQuantity(images, 'image')}: ${formatCount(completed)} ${outcome}, ${formatCount(failed)} failed.`;
}

const renderSavings = (savings: ReportSavingsDto): string =>
  `<dl>${[
    ['Saved', `${formatBytes(savings.bytes_saved)} (${savings.percent}%)`],
    ['Before', formatBytes(savings.bytes_in)],
    ['After', formatBytes(savings.bytes_out)],
    ['Download time saved on 4G', formatDuration(savings.seconds_saved_4g)],
  ]
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('')}</dl>`;

const renderTable = (head: string, rows: readonly string[]): string =>
  `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;

const renderHeaderCell = (name: string): string => `<th scope="col">${name}</th>`;
const renderNumericHeaderCell = (name: string): string => `<th scope="col" class="n">${name}</th>`;
const renderNumericCell = (value: string): string => `<td class="n">${value}</td>`;

/** Renders a note about omitted rows; empty if no rows are omitted. */
const renderTruncationNote = (shownCount: number, totalCount: number, noun: string): string =>
  totalCount > shownCount
    ? `<p class="note">Showing the first ${formatCount(shownCount)} of ${formatQuantity(totalCount, noun)}.</p>`
    : '';

const renderImage = ({ row, position, product_name, input_url }: ReportImageDto): string =>
  `${escapeHtml(product_name)} (row ${row}, image ${position}) <span class="url">${escapeHtml(input_url)}</span>`;

function renderAudit({ preset, passed, failed, reasons }: ReportAuditDto): string {
  const rows = reasons.map(
    ({ message, images }) =>
      `<tr><td>${escapeHtml(message)}</td>${renderNumericCell(formatCount(images))}</tr>`,
  );
  const list =
    rows.length > 0
      ? renderTable(renderHeaderCell('Reason') + renderNumericHeaderCell('Images'), rows)
      : '';
  const failedClass = failed > 0 ? ' class="bad"' : '';
  return `<h2>${escapeHtml(preset)} check</h2><p>${formatQuantity(passed, 'image')} passed, <strong${failedClass}>${formatCount(failed)} failed</strong>.</p>${list}`;
}

const renderSavingsTable = (largest: readonly ReportImageDto[]): string =>
  renderTable(
    `${renderHeaderCell('Image')}<th scope="col" class="n optional">Before</th><th scope="col" class="n optional">After</th>${renderNumericHeaderCell('Saved')}`,
    largest.map((image) => {
      const [before, after] = [image.bytes_in ?? 0, image.bytes_out ?? 0];
      return `<tr><td class="image">${renderImage(image)}</td><td class="n optional">${formatBytes(before)}</td><td class="n optional">${formatBytes(after)}</td>${renderNumericCell(formatBytes(before - after))}</tr>`;
    }),
  );

function renderDuplicates(duplicates: ReportDuplicatesDto): string {
  const { exact, similar, similar_groups } = duplicates;
  return `<h2>Duplicates</h2>
<h3>Identical files at different URLs</h3>
${exact.length > 0 ? renderGroupsTable(exact, exact.length) : '<p>None found.</p>'}
<h3>Similar images</h3>
<p>${describeComparison(duplicates)}</p>
${similar.length > 0 ? renderGroupsTable(similar, similar_groups) : ''}`;
}

function describeComparison(duplicates: ReportDuplicatesDto): string {
  const { similar_groups, similar_compared, similar_is_complete } = duplicates;
  if (similar_compared === 0)
    return 'Not compared. Only images that are compressed and checked for a marketplace are compared.';
  if (!similar_is_complete)
    return 'There are too many nearly identical images to compare all of them.';
  const groups = similar_groups === 0 ? 'No groups' : formatQuantity(similar_groups, 'group');
  return `${groups} found among ${formatQuantity(similar_compared, 'compared image')}.`;
}

function renderGroupsTable(groups: readonly DuplicateGroupDto[], totalCount: number): string {
  const rows = groups.slice(0, MAX_GROUP_ROWS).map(({ images, examples }) => {
    const shownExamples = examples.slice(0, MAX_EXAMPLES);
    const list = shownExamples.map((example) => `<li>${renderImage(example)}</li>`).join('');
    return `<tr><td class="group"><ul>${list}</ul></td>${renderNumericCell(formatCount(images))}</tr>`;
  });
  const head = renderHeaderCell('Images in the group') + renderNumericHeaderCell('Number');
  return renderTable(head, rows) + renderTruncationNote(rows.length, totalCount, 'group');
}

const describeProblem = (message: string | null, code: string): string =>
  message === null
    ? escapeHtml(code)
    : `${escapeHtml(message)} <code class="note">${escapeHtml(code)}</code>`;

function renderProblemsTable(problems: readonly OriginProblemDto[]): string {
  const rows = problems
    .slice(0, MAX_PROBLEM_ROWS)
    .map(
      ({ host, code, message, images, example_url }) =>
        `<tr><td class="image">${escapeHtml(host || '(no host)')} <span class="url">${escapeHtml(example_url)}</span></td><td class="problem">${describeProblem(message, code)}</td>${renderNumericCell(formatCount(images))}</tr>`,
    );
  const head =
    renderHeaderCell('Origin') + renderHeaderCell('Problem') + renderNumericHeaderCell('Images');
  return renderTable(head, rows) + renderTruncationNote(rows.length, problems.length, 'problem');
}

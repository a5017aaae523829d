import { formatQuantity } from '../../platform/logging/format-quantity.js';
import type { Finding, FindingStatus } from './finding.js';

const STATUS_LABELS: Record<FindingStatus, string> = {
  ok: 'ok     ',
  warning: 'warning',
  error: 'error  ',
};

/** Formats findings as text or as one JSON object per line. `scrub` masks secrets. */
export class DoctorReport {
  constructor(
    private readonly isJson: boolean,
    private readonly scrub: (text: string) => string,
  ) {}

  formatFindings(findings: Finding[]): string {
    const scrubbedFindings = findings.map((finding) => this.scrubFinding(finding));
    const lines = this.isJson
      ? formatJsonLines(scrubbedFindings)
      : formatTextLines(scrubbedFindings);
    return `${lines.join('\n')}\n`;
  }

  /** Scrubs strings before serialization, because JSON escapes some characters of secrets. */
  private scrubFinding(finding: Finding): Finding {
    const { message, fix } = finding;
    return { ...finding, message: this.scrub(message), fix: fix === null ? null : this.scrub(fix) };
  }
}

export const countByStatus = (findings: Finding[], status: FindingStatus): number =>
  findings.filter((finding) => finding.status === status).length;

const formatJsonLines = (findings: Finding[]): string[] => [
  ...findings.map((finding) => JSON.stringify({ type: 'check', ...finding })),
  JSON.stringify({
    type: 'summary',
    ok: countByStatus(findings, 'ok'),
    warnings: countByStatus(findings, 'warning'),
    errors: countByStatus(findings, 'error'),
  }),
];

function formatTextLines(findings: Finding[]): string[] {
  const lines = findings.flatMap(({ status, check, message, fix }) => [
    `${STATUS_LABELS[status]}  ${check}: ${message}`,
    ...(fix === null ? [] : [`         Fix: ${fix}`]),
  ]);
  const errors = formatQuantity(countByStatus(findings, 'error'), 'error');
  const warnings = formatQuantity(countByStatus(findings, 'warning'), 'warning');
  return [...lines, '', `${formatQuantity(findings.length, 'check')}: ${errors}, ${warnings}.`];
}

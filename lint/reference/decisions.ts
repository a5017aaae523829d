/** Lists the architecture decision records with their status and date. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../docs/adr/', import.meta.url);

const HEADER = /^# (\d+)\. (.+)\n(?:\n- Status: (.+)\n(?:- Date: (\d{4}-\d{2}-\d{2})\n)?)?/;

/**
 * Returns the page `docs/adr/README.md`.
 * A record without a status counts as accepted. A record without a date is listed without one.
 *
 * @throws Error if a record has no number and title
 */
export function toDecisionsPage(): string {
  const records = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.md$/.test(file));
  const items = records.toSorted().map((file) => {
    const header = HEADER.exec(readFileSync(new URL(file, FOLDER), 'utf8'));
    if (!header) throw new Error(`docs/adr/${file} must start with "# <number>. <title>"`);
    const [, number, title, status = 'accepted', date] = header;
    return `- [${number}. ${title}](${file}) (${date ? `${status}, ${date}` : status})`;
  });
  return `<!-- Generated from docs/adr by \`npm run reference\`. -->

# Architecture decision records

One page for each decision that was not obvious. A record starts with its number and title, its status (proposed,
accepted, or superseded by another record) and its date. The sections are Context, Decision, Reasons, Measurements,
Consequences and Alternatives, as needed. A decision that changes gets a new record; the old one
gets the status "superseded".

${items.join('\n')}
`;
}

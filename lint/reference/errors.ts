/** Generates a page from the error tables in `src`. */
import { readdirSync, readFileSync } from 'node:fs';
import { ErrorDefinition, type ErrorSection } from '../../src/platform/errors/error-definition.js';
import { wrap } from './wrap.js';

const SOURCE = new URL('../../src/', import.meta.url);

/** Folders in the order in which a request passes through them. All other folders follow. */
const FOLDER_ORDER = [
  'modules/upload',
  'platform/catalog',
  'modules/requests',
  'modules/status',
  'modules/export',
  'modules/preview',
  'platform/http-client',
  'platform/compression',
  'modules/processing',
  'modules/webhook',
];

const TABLE_FILE = 'error-table.ts';
/** A call of `defineErrors`, with the declaration of the constant that contains the table. */
const TABLE_DEFINITION = /((?:export )?const \w+ = )?\bdefineErrors\(/g;

/** Errors by section. */
export type ErrorTables = Map<ErrorSection, ErrorDefinition[]>;

/**
 * Reads every file whose name ends in `error-table.ts`.
 *
 * @throws Error if two tables define the same code, or if a table is not exported
 */
export async function readErrorTables(): Promise<ErrorTables> {
  assertTablesExported(SOURCE);
  const tables: ErrorTables = new Map();
  const codes = new Set<string>();
  for (const file of listTableFiles()) {
    const exported = (await import(new URL(file, SOURCE).href)) as Record<string, unknown>;
    for (const error of new Set(Object.values(exported).flatMap(toDefinitions))) {
      if (codes.has(error.code))
        throw new Error(`${file}: another table also defines ${error.code}`);
      codes.add(error.code);
      const sectionErrors = tables.get(error.section);
      if (sectionErrors) sectionErrors.push(error);
      else tables.set(error.section, [error]);
    }
  }
  return tables;
}

/**
 * Checks that each table in a folder is an exported constant of a file `error-table.ts`.
 *
 * @throws Error with the name of the file, because its codes would be missing from the reference
 */
export function assertTablesExported(folder: URL): void {
  for (const file of listSourceFiles(folder)) {
    const calls = readFileSync(new URL(file, folder), 'utf8').matchAll(TABLE_DEFINITION);
    for (const [, declaration] of calls) {
      const isExported = file.endsWith(TABLE_FILE) && declaration?.startsWith('export ');
      if (!isExported)
        throw new Error(`${file}: export the table as a constant from a file ${TABLE_FILE}`);
    }
  }
}

/** Returns the page `docs/reference/errors.md`. */
export function toErrorsPage(tables: ErrorTables): string {
  const sections = [...tables].flatMap(([{ title, intro }, errors]) => [
    `## ${title}`,
    wrap(intro).join('\n'),
    ...errors.flatMap((error) => [`### \`${error.code}\``, wrap(describeError(error)).join('\n')]),
  ]);
  return `${[
    '<!-- Generated from the files error-table.ts in src by `npm run reference`. -->',
    '# Errors',
    wrap(
      'Every error has a stable `code` to branch on and a sentence that says what happened and what to do. ' +
        'The wording may change; the code does not.',
    ).join('\n'),
    ERROR_LOCATIONS,
    wrap(
      'Every response has the header `X-Request-Id`, and the log lines of the call contain the same ID. A retried ' +
        'error is final only after all attempts have ended with it (`IMAGE_ATTEMPTS`, `WEBHOOK_RETRY_SCHEDULE`).',
    ).join('\n'),
    ...sections,
  ].join('\n\n')}\n`;
}

const ERROR_LOCATIONS = `- An HTTP error response is a problem document (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\`, \`detail\` and
  \`instance\`.
- A row of a product file is an entry of \`problems\` or \`errors\` with \`row\`, \`line\`, \`column\`, \`code\`, \`message\`
  and \`value\`.
- An image has \`error: { code, message }\` in \`GET /status/:id\`, and columns in \`GET /download/:id/errors\`.
- A webhook attempt has \`error\` in \`GET /requests/:id/deliveries\`.
- A failed start prints one line on standard error; the exit code is 1.`;

const RETRY_LABELS = {
  never: undefined,
  later: 'retried later',
  uncounted: 'retried without counting an attempt',
};

function describeError(error: ErrorDefinition): string {
  const status = error.hasHttpStatus ? `status ${error.status}` : undefined;
  const details = [status, RETRY_LABELS[error.retry]].filter(Boolean).join(', ');
  const text = toMarkdown(`${error.what} ${error.fix}`).trimEnd();
  return `**${error.title}**${details ? ` (${details})` : ''}. ${text}`;
}

/** Converts a plain-text message to Markdown. Formats names with underscores as code, and escapes tags. */
const toMarkdown = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replaceAll('<', '\\<').replaceAll(/\b\w*_\w*/g, (name) => `\`${name}\``),
    )
    .join('');

const getFolderRank = (file: string): number => {
  const index = FOLDER_ORDER.findIndex((folder) => file.startsWith(`${folder}/`));
  return index < 0 ? FOLDER_ORDER.length : index;
};

const listSourceFiles = (folder: URL): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );

function listTableFiles(): string[] {
  return listSourceFiles(SOURCE)
    .filter((file) => file.endsWith(TABLE_FILE))
    .toSorted((a, b) => getFolderRank(a) - getFolderRank(b) || (a < b ? -1 : 1));
}

const toDefinitions = (exported: unknown): ErrorDefinition[] =>
  typeof exported === 'object' && exported !== null
    ? Object.values(exported).filter((value) => value instanceof ErrorDefinition)
    : [];

/**
 * Fails if a document or comment cites a file that is not in the repository, or if a document links to a missing
 * file or heading. Part of `npm run check:docs`. Checks the project, or the folder in the first
 * argument.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url));

/** Folders with text that is not part of the project. */
const IGNORED_PATHS = new Set([
  '.git',
  '.husky/_',
  'node_modules',
  'coverage',
  'dist',
  'data',
  'test/fixtures',
]);

/** A path or a file name in a document. */
const DOCUMENT_CITATIONS =
  /(?<![\w@*:/.-])[\w.-]+(?:\/[\w.-]+)*\.(?:tsx?|m?js|md|jsonc?|ya?ml|svg|png|css|csv|service)\b(?!\/)/g;

/** A file name in a comment. Ignores other extensions, which examples and libraries use. */
const COMMENT_CITATIONS =
  /(?<![\w@*:/.-])[\w.-]+(?:\/[\w.-]+)*\.(?:tsx?|md|ya?ml|service)\b(?!\/)/g;

/** Files that exist only after a build, an installation or a run, or in the reader's own project. */
const GENERATED_FILES =
  /^(dist\/|data\/|node_modules\/|backup\/|node\.js$|ipaddr\.js$|(mine|headers|upload|products-(compressed|failed))\.(csv|json|txt)$)/i;

function listFiles(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (IGNORED_PATHS.has(path)) return [];
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

/** Returns the prose of a file: a whole document, or the comments of code. */
function extractProse(path: string, text: string): string {
  if (path.endsWith('.md')) return text;
  return text
    .split('\n')
    .filter((line) => /^\s*(\/?\*|\/\/)/.test(line))
    .join('\n');
}

/** Returns the anchor that GitHub creates: lowercase, without punctuation, with hyphens instead of spaces. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const extractAnchors = (text: string) =>
  new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => toAnchor(heading)));

const files = listFiles();
const knownFiles = new Set(files);
const isKnownFile = (citation: string) =>
  knownFiles.has(citation) || files.some((file) => file.endsWith(`/${citation}`));
const problems: string[] = [];

for (const path of files) {
  const extension = extname(path);
  if (!['.md', '.ts', '.tsx', '.js', '.yml'].includes(extension)) continue;
  const text = readFileSync(join(ROOT, path), 'utf8');
  const prose = extractProse(path, text).replaceAll(/https?:\/\/\S+/g, '');
  for (const [citation] of prose.matchAll(
    extension === '.md' ? DOCUMENT_CITATIONS : COMMENT_CITATIONS,
  )) {
    const resolved = normalize(join(dirname(path), citation));
    if (
      GENERATED_FILES.test(citation) ||
      knownFiles.has(resolved) ||
      isKnownFile(citation.replace(/^(\.\.?\/)+/, ''))
    )
      continue;
    problems.push(`${path}: cites the missing file ${citation}`);
  }
  if (extension !== '.md') continue;
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [linkPath, anchor] = link.split('#');
    const target =
      linkPath === '' ? path : normalize(join(dirname(path), linkPath)).replace(/\/$/, '');
    if (!knownFiles.has(target) && !files.some((file) => file.startsWith(`${target}/`)))
      problems.push(`${path}: the target of the link ${link} does not exist`);
    else if (anchor && !extractAnchors(readFileSync(join(ROOT, target), 'utf8')).has(anchor))
      problems.push(`${path}: the link ${link} points to a missing heading`);
  }
}

for (const problem of new Set(problems)) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;

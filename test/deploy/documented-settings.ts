import { readRepositoryFile } from './repository-file.js';

/** Variables of other programs that Pressroom's containers get. */
const OTHER_PROGRAMS = new Set([
  // The AWS SDK reads its credential chain itself (docs/guides/storage.md).
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
]);

/** Settings of branches that are merged together with this file. The merge of the last one removes them. */
const MERGED_TOGETHER = new Set([
  'PRESSROOM_ROLE',
  'MIGRATE',
  'ADMIN_API_KEY',
  'METRICS',
  'METRICS_HOST',
  'METRICS_PORT',
]);

/** Returns the variables that are in no section of docs/reference/configuration.md. */
export function findUndocumented(variables: Iterable<string>): string[] {
  const page = readRepositoryFile('docs/reference/configuration.md');
  const settings = new Set([...page.matchAll(/^### `([A-Z0-9_]+)`$/gm)].map(([, name]) => name));
  return [...variables].filter((variable) => {
    // `<NAME>_FILE` names the file of the secret `<NAME>`.
    const names = [variable, variable.replace(/_FILE$/, '')];
    const known = [settings, OTHER_PROGRAMS, MERGED_TOGETHER];
    return !names.some((name) => known.some((set) => set.has(name)));
  });
}

import { basename } from 'node:path';

const HEADER =
  '# Rendered from deploy/helm/pressroom by `npm run manifests`. Change the chart instead.\n';
/** Only Helm reads these labels and annotations. */
const HELM_ONLY = /^ +(?:helm\.sh\/[a-z-]+|app\.kubernetes\.io\/managed-by): .*\n/gm;
/** An annotation map that is empty without the Helm entries. */
const EMPTY_ANNOTATIONS = /^ +annotations:\n(?=[a-z])/gm;

/** Splits the output of `helm template` into files. Returns the text of each file by the name of its template. */
export function splitManifests(rendered: string): Map<string, string> {
  const documents = new Map<string, string[]>();
  for (const document of rendered.split(/^---\n/m)) {
    const [, source, body = ''] = /^# Source: (\S+)\n([^]*)$/.exec(document) ?? [];
    if (!source || body.trim() === '') continue;
    const name = basename(source);
    const cleanedBody = body.replaceAll(HELM_ONLY, '').replaceAll(EMPTY_ANNOTATIONS, '').trim();
    documents.set(name, [...(documents.get(name) ?? []), `${cleanedBody}\n`]);
  }
  // Helm sorts by kind, so the order within a file may differ between versions.
  return new Map(
    [...documents].map(([name, texts]) => [name, HEADER + texts.toSorted(byName).join('---\n')]),
  );
}

const byName = (a: string, b: string) => readName(a).localeCompare(readName(b));

const readName = (document: string): string => /^ {2}name: (.+)$/m.exec(document)?.[1] ?? '';

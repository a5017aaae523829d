import type { Message } from './message-log.js';
import type { AdditionalCounters, StoredImage } from './stored-images.js';
import type { UploadKind } from './upload-kinds.js';

/** Total bytes of each output and audit results, counted from the images of a request. */
export interface CountedOutputs {
  bytes: number[];
  audits: Record<string, number>;
}

export function countOutputs(
  { columns, checkColumn }: Pick<UploadKind, 'columns' | 'checkColumn'>,
  images: readonly StoredImage[],
): CountedOutputs {
  const completedImages = images.filter(({ status }) => status === 'completed');
  const audits: Record<string, number> = {};
  for (const { audit } of checkColumn ? completedImages : []) {
    const codes = (audit ?? 'none').split(',').map((entry) => entry.split(':')[0] || 'pass');
    for (const code of codes) audits[code] = (audits[code] ?? 0) + 1;
  }
  const sumBytes = (output: number) =>
    completedImages.reduce((sum, { bytes }) => sum + (bytes[output] ?? 0), 0);
  return { bytes: columns.map((_, output) => sumBytes(output)), audits };
}

/** Returns the stored counters of outputs and audits that differ from the images. */
export function describeWrongOutputCounters(
  countedOutputs: CountedOutputs,
  stored: AdditionalCounters,
): string[] {
  const [, ...additionalBytes] = countedOutputs.bytes;
  return [
    ...describeDifference('bytes of additional outputs', stored.bytes, additionalBytes),
    ...describeDifference(
      'audits',
      toSortedEntries(stored.audits),
      toSortedEntries(countedOutputs.audits),
    ),
  ];
}

/** Returns the counters of a message that differ from the images. */
export function describeWrongMessageCounters(
  { fields, checkColumn }: UploadKind,
  countedOutputs: CountedOutputs,
  { outputBytes, audit }: Message,
): string[] {
  const hasNamedOutputs = (fields.outputs ?? fields.preset) !== undefined && !fields.audit_only;
  const passed = countedOutputs.audits.pass ?? 0;
  return [
    ...describeDifference(
      'bytes of outputs in a message',
      outputBytes,
      hasNamedOutputs ? countedOutputs.bytes : [],
    ),
    ...describeDifference(
      'passed audits in a message',
      audit?.passed,
      checkColumn ? passed : undefined,
    ),
  ];
}

/** Describes the artifacts whose file is missing or has the wrong size. */
export function describeWrongFiles(
  images: readonly StoredImage[],
  files: ReadonlyMap<string, number>,
): string[] {
  return images.flatMap(({ url, keys, bytes }) =>
    keys.flatMap((key, output) => {
      const fileBytes = files.get(key);
      return fileBytes === bytes[output]
        ? []
        : [`output ${output} of ${url} has ${fileBytes} bytes instead of ${bytes[output]}`];
    }),
  );
}

const toSortedEntries = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));

function describeDifference(label: string, actual: unknown, expected: unknown): string[] {
  const [actualJson, expectedJson] = [JSON.stringify(actual), JSON.stringify(expected)];
  return actualJson === expectedJson ? [] : [`${label}: ${actualJson} instead of ${expectedJson}`];
}

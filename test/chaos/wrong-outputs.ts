import type { Message } from './message-log.js';
import type { FurtherCounters, StoredImage } from './stored-images.js';
import type { UploadKind } from './upload-kinds.js';

/** Bytes of each output and results of the audit, counted from the images of a request. */
export interface CountedOutputs {
  bytes: number[];
  audits: Record<string, number>;
}

export function countOutputs(
  { columns, check }: Pick<UploadKind, 'columns' | 'check'>,
  images: readonly StoredImage[],
): CountedOutputs {
  const completed = images.filter(({ status }) => status === 'completed');
  const audits: Record<string, number> = {};
  for (const { audit } of check ? completed : []) {
    const codes = (audit ?? 'none').split(',').map((entry) => entry.split(':')[0] || 'pass');
    for (const code of codes) audits[code] = (audits[code] ?? 0) + 1;
  }
  const bytesOf = (output: number) =>
    completed.reduce((sum, { bytes }) => sum + (bytes[output] ?? 0), 0);
  return { bytes: columns.map((_, output) => bytesOf(output)), audits };
}

/** Returns the counters of outputs and audits that differ from those of the images. */
export function wrongOutputCounters(counted: CountedOutputs, stored: FurtherCounters): string[] {
  const [, ...further] = counted.bytes;
  return [
    ...differences('bytes of further outputs', stored.bytes, further),
    ...differences('audits', sorted(stored.audits), sorted(counted.audits)),
  ];
}

/** Returns the counters of a message that differ from those of the images. */
export function wrongMessageCounters(
  { fields, check }: UploadKind,
  counted: CountedOutputs,
  { outputBytes, audit }: Message,
): string[] {
  const isNamed = (fields.outputs ?? fields.preset) !== undefined && !fields.audit_only;
  const passed = counted.audits.pass ?? 0;
  return [
    ...differences('bytes of outputs in a message', outputBytes, isNamed ? counted.bytes : []),
    ...differences('passed audits in a message', audit?.passed, check ? passed : undefined),
  ];
}

/** Returns the artifacts whose file is missing, or has another size than the image. */
export function wrongFiles(
  images: readonly StoredImage[],
  files: ReadonlyMap<string, number>,
): string[] {
  return images.flatMap(({ url, keys, bytes }) =>
    keys.flatMap((key, output) => {
      const found = files.get(key);
      return found === bytes[output]
        ? []
        : [`output ${output} of ${url} has ${found} bytes instead of ${bytes[output]}`];
    }),
  );
}

const sorted = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));

function differences(what: string, found: unknown, expected: unknown): string[] {
  const [text, wanted] = [JSON.stringify(found), JSON.stringify(expected)];
  return text === wanted ? [] : [`${what}: ${text} instead of ${wanted}`];
}

import { OutputOptions } from './output-options.dto.js';

export const MAX_OUTPUTS = 10;

/**
 * Maximum total size of the boxes of all outputs. Typical outputs stay far below this limit. Ten outputs of the
 * maximum size would occupy a decoder for minutes per image.
 */
const MAX_TOTAL_PIXELS = 500_000_000;

const OUTPUT_MEMBERS = [
  'name',
  'format',
  'width',
  'height',
  'fit',
  'background',
  'trim',
  'padding',
  'enlarge',
  'quality',
  'max_bytes',
] as const satisfies (keyof OutputOptions)[];

type Problem = { field: string; message: string };

/** The outputs of an upload, or their problems. */
export type ParsedOutputs =
  { outputs: OutputOptions[]; problems?: undefined } | { outputs?: undefined; problems: Problem[] };

const rejectOutputs = (message: string): ParsedOutputs => ({
  problems: [{ field: 'outputs', message }],
});

/** Parses the form field `outputs`. Each problem names the member, such as `outputs[2].width`. */
export function parseOutputs(value: unknown): ParsedOutputs {
  const entries = typeof value === 'string' ? parseJsonArray(value) : undefined;
  if (!entries) {
    return rejectOutputs(
      'outputs must be given once, as a JSON array of objects such as [{"name":"large","format":"webp","width":1600}]',
    );
  }
  if (entries.length < 1 || entries.length > MAX_OUTPUTS) {
    return rejectOutputs(`outputs must have 1 to ${MAX_OUTPUTS} entries`);
  }
  const outputs: OutputOptions[] = [];
  const problems: Problem[] = [];
  for (const [i, entry] of entries.entries()) {
    const path = `outputs[${i}]`;
    if (!isObject(entry)) {
      problems.push({ field: path, message: `${path} must be an object` });
      continue;
    }
    const { output, unknownMembers } = toOutput(entry);
    for (const member of unknownMembers) {
      const message = `${path} has no member "${member.slice(0, 60)}". The members are ${OUTPUT_MEMBERS.join(', ')}.`;
      problems.push({ field: path, message });
    }
    problems.push(...output.findProblems(path));
    outputs.push(output);
  }
  if (problems.length === 0) problems.push(...findConflicts(outputs));
  return problems.length > 0 ? { problems } : { outputs };
}

function* findConflicts(outputs: readonly OutputOptions[]): Generator<Problem> {
  const indexByName = new Map<string, number>();
  for (const [i, { name }] of outputs.entries()) {
    const firstIndex = indexByName.get(name.toLowerCase());
    if (firstIndex === undefined) indexByName.set(name.toLowerCase(), i);
    else {
      const message = `outputs[${i}].name is the same as outputs[${firstIndex}].name. Names must be unique regardless of case.`;
      yield { field: `outputs[${i}].name`, message };
    }
  }
  const totalPixels = outputs.reduce((sum, { boxPixels }) => sum + boxPixels, 0);
  if (totalPixels > MAX_TOTAL_PIXELS) {
    const message = `The outputs have a total size of ${Math.round(totalPixels / 1e6)} megapixels; at most ${MAX_TOTAL_PIXELS / 1e6} are allowed. Choose smaller sizes.`;
    yield { field: 'outputs', message };
  }
}

function toOutput(entry: Record<string, unknown>): {
  output: OutputOptions;
  unknownMembers: string[];
} {
  const members = new Map(Object.entries(entry));
  const output = new OutputOptions();
  for (const name of OUTPUT_MEMBERS) {
    if (members.has(name)) Object.assign(output, { [name]: members.get(name) });
    members.delete(name);
  }
  return { output, unknownMembers: [...members.keys()] };
}

function parseJsonArray(text: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { DETAILS_BY_NAME, type DetailColumn } from '../../platform/catalog/write/detail-columns.js';
import type { NamedOutputs, OutputImage } from '../../platform/catalog/write/output-table.js';
import { isQualityChosen, outputsOf } from '../../platform/database/request-output.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { ExportedOutput } from '../../platform/database/repositories/exported-outputs.js';

/** Details that differ between the outputs of an image. */
const PER_OUTPUT_DETAILS = ['bytesOut', 'savedPercent'] as const;
const [FIRST_PER_OUTPUT, LAST_PER_OUTPUT] = [2, 3];

/** The columns of the outputs of a request, and their values for an image. */
export class ColumnsPerOutput {
  /** Undefined for one output without a name. */
  readonly named?: NamedOutputs;
  private readonly names: readonly string[];
  private readonly isScored: boolean;

  constructor(
    { outputs, options, srcset }: Pick<ProcessingRequest, 'outputs' | 'options' | 'srcset'>,
    private readonly withDetails: boolean,
  ) {
    if (outputs) this.named = { names: outputs.map(({ name }) => name), srcset };
    const all = outputsOf({ outputs, options });
    this.names = all.map(({ name }) => name);
    this.isScored = all.some((output) => isQualityChosen(output.options));
  }

  /** Fields of each image that an export reads. */
  get query(): 'first' | 'all' | 'scored' {
    if (this.withDetails && this.isScored) return 'scored';
    return this.named ? 'all' : 'first';
  }

  /** Details of the images, after the columns of their outputs. */
  get details(): DetailColumn[] {
    if (!this.withDetails) return [];
    const { status, bytesIn, errorCode, errorMessage } = DETAILS_BY_NAME;
    return [
      status,
      bytesIn,
      ...this.names.flatMap((name) => this.perOutputDetails(name)),
      errorCode,
      errorMessage,
    ];
  }

  /**
   * Returns the cells of an image.
   * @param outputs all stored outputs
   * @param details texts of `DETAIL_COLUMNS`
   */
  buildCells(
    outputs: readonly ExportedOutput[],
    details: readonly string[] | undefined,
    urlOf: (name: string) => string,
  ): Pick<OutputImage, 'additionalUrls' | 'srcset' | 'details'> {
    const stored = this.names.map((_, i) => outputs.find(({ output }) => output === i));
    return {
      ...(this.named && {
        additionalUrls: stored.slice(1).map((output) => (output ? urlOf(output.name) : null)),
      }),
      ...(this.named?.srcset && { srcset: buildSrcset(outputs, urlOf) }),
      ...(details && { details: this.buildDetails(stored, details) }),
    };
  }

  private perOutputDetails(name: string): DetailColumn[] {
    const own: DetailColumn[] = PER_OUTPUT_DETAILS.map((detail) => DETAILS_BY_NAME[detail]);
    if (this.isScored) own.push(column('Quality'), column('Score'));
    return name === '' ? own : own.map((detail) => ({ ...detail, name: `${detail.name} ${name}` }));
  }

  private buildDetails(
    stored: readonly (ExportedOutput | undefined)[],
    details: readonly string[],
  ): string[] {
    const bytesIn = Number(details[FIRST_PER_OUTPUT - 1]);
    return [
      ...details.slice(0, FIRST_PER_OUTPUT),
      ...stored.flatMap((output) => [
        text(output?.bytes),
        output && bytesIn > 0 ? ((1 - output.bytes / bytesIn) * 100).toFixed(1) : '',
        ...(this.isScored ? [text(output?.quality), text(output?.score?.toFixed(1))] : []),
      ]),
      ...details.slice(LAST_PER_OUTPUT + 1),
    ];
  }
}

const column = (name: string): DetailColumn => ({ name, separator: ',', isOptional: false });
const text = (value: number | string | null | undefined): string => String(value ?? '');

/** Returns the outputs in the first output's format, ordered by width, without duplicate widths. */
function buildSrcset(outputs: readonly ExportedOutput[], urlOf: (name: string) => string): string {
  const first = outputs.find(({ output }) => output === 0);
  if (!first) return '';
  const widths = new Map<number, string>();
  for (const { name, width } of outputs) {
    if (getExtension(name) !== getExtension(first.name) || widths.has(width)) continue;
    widths.set(width, name);
  }
  return [...widths]
    .toSorted(([a], [b]) => a - b)
    .map(([width, name]) => `${urlOf(name)} ${width}w`)
    .join(', ');
}

const getExtension = (name: string): string => name.slice(name.lastIndexOf('.'));

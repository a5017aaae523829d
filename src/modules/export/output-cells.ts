import { DETAILS_BY_NAME, type DetailColumn } from '../../platform/catalog/write/detail-columns.js';
import type { NamedOutputs, OutputImage } from '../../platform/catalog/write/output-columns.js';
import { isQualityChosen, outputsOf } from '../../platform/database/request-output.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { ExportedOutput } from '../../platform/database/repositories/exported-outputs.js';

/** Details that differ between the outputs of an image. */
const PER_OUTPUT_DETAILS = ['bytesOut', 'savedPercent'] as const;
const [FIRST_PER_OUTPUT_INDEX, LAST_PER_OUTPUT_INDEX] = [2, 3];

/** Selects the outputs and details that an export contains, and builds their cells. */
export class OutputCells {
  /** Undefined for a single output without a name. */
  readonly namedOutputs?: NamedOutputs;
  private readonly names: readonly string[];
  private readonly hasScores: boolean;

  constructor(
    { outputs, options, srcset }: Pick<ProcessingRequest, 'outputs' | 'options' | 'srcset'>,
    private readonly includesDetails: boolean,
  ) {
    if (outputs) this.namedOutputs = { names: outputs.map(({ name }) => name), srcset };
    const allOutputs = outputsOf({ outputs, options });
    this.names = allOutputs.map(({ name }) => name);
    this.hasScores = allOutputs.some((output) => isQualityChosen(output.options));
  }

  /** Selects the outputs and fields that the export reads for each image. */
  get requiredOutputs(): 'first' | 'all' | 'scored' {
    if (this.includesDetails && this.hasScores) return 'scored';
    return this.namedOutputs ? 'all' : 'first';
  }

  /** Detail columns, which follow the output columns. */
  get details(): DetailColumn[] {
    if (!this.includesDetails) return [];
    const { status, bytesIn, errorCode, errorMessage } = DETAILS_BY_NAME;
    return [
      status,
      bytesIn,
      ...this.names.flatMap((name) => this.createOutputDetails(name)),
      errorCode,
      errorMessage,
    ];
  }

  /**
   * Builds the cells of one image.
   * @param outputs all stored outputs of the image
   * @param details detail values, in the order of `DETAIL_COLUMNS`
   */
  buildCells(
    outputs: readonly ExportedOutput[],
    details: readonly string[] | undefined,
    toUrl: (name: string) => string,
  ): Pick<OutputImage, 'additionalUrls' | 'srcset' | 'details'> {
    const outputsByIndex = this.names.map((_, index) =>
      outputs.find(({ output }) => output === index),
    );
    return {
      ...(this.namedOutputs && {
        additionalUrls: outputsByIndex
          .slice(1)
          .map((output) => (output ? toUrl(output.name) : null)),
      }),
      ...(this.namedOutputs?.srcset && { srcset: buildSrcset(outputs, toUrl) }),
      ...(details && { details: this.buildDetails(outputsByIndex, details) }),
    };
  }

  private createOutputDetails(name: string): DetailColumn[] {
    const details: DetailColumn[] = PER_OUTPUT_DETAILS.map((detail) => DETAILS_BY_NAME[detail]);
    if (this.hasScores) details.push(createColumn('Quality'), createColumn('Score'));
    return name === ''
      ? details
      : details.map((detail) => ({ ...detail, name: `${detail.name} ${name}` }));
  }

  private buildDetails(
    outputsByIndex: readonly (ExportedOutput | undefined)[],
    details: readonly string[],
  ): string[] {
    const bytesIn = Number(details[FIRST_PER_OUTPUT_INDEX - 1]);
    return [
      ...details.slice(0, FIRST_PER_OUTPUT_INDEX),
      ...outputsByIndex.flatMap((output) => [
        formatCell(output?.bytes),
        output && bytesIn > 0 ? ((1 - output.bytes / bytesIn) * 100).toFixed(1) : '',
        ...(this.hasScores
          ? [formatCell(output?.quality), formatCell(output?.score?.toFixed(1))]
          : []),
      ]),
      ...details.slice(LAST_PER_OUTPUT_INDEX + 1),
    ];
  }
}

const createColumn = (name: string): DetailColumn => ({ name, separator: ',', isOptional: false });
const formatCell = (value: number | string | null | undefined): string => String(value ?? '');

/** Builds a `srcset` of the outputs in the format of the first output, ordered by width. Lists each width once. */
function buildSrcset(outputs: readonly ExportedOutput[], toUrl: (name: string) => string): string {
  const firstOutput = outputs.find(({ output }) => output === 0);
  if (!firstOutput) return '';
  const namesByWidth = new Map<number, string>();
  for (const { name, width } of outputs) {
    if (getExtension(name) !== getExtension(firstOutput.name) || namesByWidth.has(width)) continue;
    namesByWidth.set(width, name);
  }
  return [...namesByWidth]
    .toSorted(([a], [b]) => a - b)
    .map(([width, name]) => `${toUrl(name)} ${width}w`)
    .join(', ');
}

const getExtension = (name: string): string => name.slice(name.lastIndexOf('.'));

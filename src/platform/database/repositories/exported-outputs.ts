import { formatOutputFileName } from '../../catalog/file-names/output-file-name.js';
import { FORMATS } from '../../compression/formats/index.js';
import { IMAGE_FORMATS } from '../../compression/inspect/image-format.js';
import type { ProcessingRequest } from '../entities/processing-request.entity.js';
import { outputsOf } from '../request-output.js';

/** Separates the references of a row and the outputs of its images. */
export const SEPARATOR = '\u001e';

/** One output of an image. */
export interface ExportedOutput {
  /** Index in the outputs of the request. */
  output: number;
  /** File name, or path under `/images/` if the request has a file name template. */
  name: string;
  width: number;
  bytes: number;
  /** Null unless a target score or maximum size determined the quality. */
  quality: number | null;
  score: number | null;
}

type OutputTuple = [
  output: number,
  name: string,
  width: number,
  bytes: number,
  scores: [quality: number | null, score: number | null] | null,
];

/** Returns an SQL expression for the file of an output. `key` is an SQL expression, too. */
type FileExpression = (key: string) => string;

/** Returns an SQL expression for a list with one entry per image, empty for images without a value. */
export const listExpression = (entry: string, separator = `','`) =>
  `string_agg(coalesce(${entry}, ''), ${separator} ORDER BY position)`;

const EXTENSION = `CASE format ${IMAGE_FORMATS.map(
  (format) => `WHEN '${format}' THEN '${FORMATS[format].extension}'`,
).join(' ')} END`;

const artifactNameExpression: FileExpression = (key) => `${key} || '.' || ${EXTENSION}`;

/** Returns an SQL expression for the properties of a file, which `buildPath` converts to its path. */
const filePropertiesExpression: FileExpression = (key) =>
  `${key} || '/' || ${EXTENSION} || '/' || width || '/' || height || '/' || images.file_name`;

const firstOutputsExpression = (file: FileExpression): string =>
  listExpression(`CASE WHEN status = 'completed' THEN $2 || ${file('artifact_key')} END`);

/** Returns an SQL expression for an image's outputs as JSON. Reads `artifacts` only if scores are needed. */
const imageOutputsExpression = (file: FileExpression, isScored: boolean): string => {
  const scores = isScored
    ? '(SELECT json_build_array(quality, score) FROM artifacts WHERE artifacts.key = stored.key)'
    : 'NULL::json';
  return `CASE WHEN status = 'completed' THEN (
    SELECT json_agg(json_build_array(output, ${file('key')}, width, bytes_out, ${scores})
                    ORDER BY output)::text
    FROM (
      SELECT 0 AS output, images.artifact_key AS key, images.format, images.width, images.height, images.bytes_out
      UNION ALL
      SELECT o.output, o.artifact_key, o.format, o.width, o.height, o.bytes_out FROM image_outputs o
      WHERE o.image_id = coalesce(images.same_as, images.id)
    ) stored) END`;
};

/** Builds the SQL for the outputs of a row, and parses its result. */
export class ExportedOutputs {
  private readonly fileExpression: FileExpression;
  /** Names of the outputs; undefined unless the request has a file name template. */
  private readonly outputNames?: readonly string[];

  constructor(request: Pick<ProcessingRequest, 'filenameTemplate' | 'outputs' | 'options'>) {
    const hasTemplate = request.filenameTemplate !== null;
    this.fileExpression = hasTemplate ? filePropertiesExpression : artifactNameExpression;
    if (hasTemplate) this.outputNames = outputsOf(request).map(({ name }) => name);
  }

  /** SQL expression for the first outputs of a row. */
  get firstOutputsSql(): string {
    return firstOutputsExpression(this.fileExpression);
  }

  /** Returns an SQL expression for all outputs of a row. */
  buildAllOutputsSql(outputs: 'all' | 'scored'): string {
    const isScored = outputs === 'scored';
    return listExpression(imageOutputsExpression(this.fileExpression, isScored), `E'\\x1e'`);
  }

  /** Parses the first outputs of a row into a list separated by commas. */
  parseFirstOutputs(list: string | null): string | null {
    if (list === null || !this.outputNames) return list;
    return list
      .split(',')
      .map((file) => (file === '' ? '' : buildPath(file, this.outputNames![0])))
      .join(',');
  }

  /** Parses all outputs of each image of a row. */
  parseAllOutputs(list: string | null): ExportedOutput[][] | null {
    if (list === null) return null;
    return list.split(SEPARATOR).map((json) => {
      if (json === '') return [];
      return (JSON.parse(json) as OutputTuple[]).map(([output, file, width, bytes, scores]) => {
        const [quality, score] = scores ?? [null, null];
        const name = this.outputNames ? buildPath(file, this.outputNames[output]) : file;
        return { output, name, width, bytes, quality, score };
      });
    });
  }
}

/** Returns the path of a file under `/images/`: its key and its name according to the template. */
function buildPath(fileProperties: string, output: string): string {
  const [key, extension, width, height, name] = fileProperties.split('/');
  const properties = { output, width: Number(width), height: Number(height) };
  return `${key}/${formatOutputFileName(name, properties)}.${extension}`;
}

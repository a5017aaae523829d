import { formatOutputFileName } from '../../catalog/file-names/output-file-name.js';
import { FORMATS } from '../../compression/formats/index.js';
import { IMAGE_FORMATS } from '../../compression/inspect/image-format.js';
import type { ProcessingRequest } from '../entities/processing-request.entity.js';
import { outputsOf } from '../request-output.js';

/** Separates the references of a row, and the outputs of its images. */
export const SEPARATOR = '\u001e';

/** One output of an image. */
export interface ExportedOutput {
  /** Position in the outputs of the request, from 0. */
  output: number;
  /** Name of its file, or its path below `/images/` if the request has a template of file names. */
  name: string;
  width: number;
  bytes: number;
  /** Null unless the quality was chosen for this image. */
  quality: number | null;
  score: number | null;
}

type OutputTuple = [
  output: number,
  name: string,
  width: number,
  bytes: number,
  facts: [quality: number | null, score: number | null] | null,
];

/** Returns SQL for the file of an output. Its arguments are SQL as well. */
type FileSql = (key: string) => string;

/** Builds a list with one entry per image, empty for images without a value. */
export const listExpression = (entry: string, separator = `','`) =>
  `string_agg(coalesce(${entry}, ''), ${separator} ORDER BY position)`;

const EXTENSION = `CASE format ${IMAGE_FORMATS.map(
  (format) => `WHEN '${format}' THEN '${FORMATS[format].extension}'`,
).join(' ')} END`;

const artifactName: FileSql = (key) => `${key} || '.' || ${EXTENSION}`;

/** Facts of a file, from which `buildPath` builds its path. */
const fileFacts: FileSql = (key) =>
  `${key} || '/' || ${EXTENSION} || '/' || width || '/' || height || '/' || images.file_name`;

const firstOutputs = (file: FileSql): string =>
  listExpression(`CASE WHEN status = 'completed' THEN $2 || ${file('artifact_key')} END`);

/** JSON of an image's outputs. A join with `artifacts` would read that table for each image. */
const imageOutputs = (file: FileSql, isScored: boolean): string => {
  const facts = isScored
    ? '(SELECT json_build_array(quality, score) FROM artifacts WHERE artifacts.key = stored.key)'
    : 'NULL::json';
  return `CASE WHEN status = 'completed' THEN (
    SELECT json_agg(json_build_array(output, ${file('key')}, width, bytes_out, ${facts})
                    ORDER BY output)::text
    FROM (
      SELECT 0 AS output, images.artifact_key AS key, images.format, images.width, images.height, images.bytes_out
      UNION ALL
      SELECT o.output, o.artifact_key, o.format, o.width, o.height, o.bytes_out FROM image_outputs o
      WHERE o.image_id = coalesce(images.same_as, images.id)
    ) stored) END`;
};

/** Builds the SQL for the outputs of a row, and reads its result. */
export class ExportedOutputs {
  private readonly file: FileSql;
  /** Names of the outputs; undefined unless the request has a template of file names. */
  private readonly names?: readonly string[];

  constructor(request: Pick<ProcessingRequest, 'filenameTemplate' | 'outputs' | 'options'>) {
    const isNamed = request.filenameTemplate !== null;
    this.file = isNamed ? fileFacts : artifactName;
    if (isNamed) this.names = outputsOf(request).map(({ name }) => name);
  }

  /** SQL of the first outputs of a row. */
  get firstSql(): string {
    return firstOutputs(this.file);
  }

  /** SQL of all outputs of a row. */
  allSql(which: 'all' | 'scored'): string {
    return listExpression(imageOutputs(this.file, which === 'scored'), `E'\\x1e'`);
  }

  /** Returns the first outputs of a row, separated by commas. */
  readFirst(list: string | null): string | null {
    if (list === null || !this.names) return list;
    return list
      .split(',')
      .map((facts) => (facts === '' ? '' : buildPath(facts, this.names![0])))
      .join(',');
  }

  /** Returns all outputs of each image of a row. */
  readAll(list: string | null): ExportedOutput[][] | null {
    if (list === null) return null;
    return list.split(SEPARATOR).map((json) => {
      if (json === '') return [];
      return (JSON.parse(json) as OutputTuple[]).map(([output, file, width, bytes, facts]) => {
        const [quality, score] = facts ?? [null, null];
        const name = this.names ? buildPath(file, this.names[output]) : file;
        return { output, name, width, bytes, quality, score };
      });
    });
  }
}

/** Returns the path of a file below `/images/`: its key, and the name that the template gave it. */
function buildPath(facts: string, output: string): string {
  const [key, extension, width, height, name] = facts.split('/');
  const known = { output, width: Number(width), height: Number(height) };
  return `${key}/${formatOutputFileName(name, known)}.${extension}`;
}

import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import {
  FileNameTemplate,
  FileNameTemplateError,
  MAX_TEMPLATE_LENGTH,
} from '../../platform/catalog/file-names/file-name-template.js';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { LEFT_EMPTY } from './form-fields.js';
import { PresetOptions } from './preset-options.dto.js';

/** Form field that names the images. */
export class FileNameOptions extends PresetOptions {
  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_TEMPLATE_LENGTH,
    description:
      'Names of the images, e.g. `{sku}-{position}.{ext}`, in URLs, the ZIP and downloads. Fields: any column of the file, `{sku}`, `{serial}`, `{name}`, `{row}`, `{position}`, `{output}`, `{width}`, `{height}`, and at the end `.{ext}`. Equal names are numbered in row order. With several outputs, `-{output}` is added unless the template contains it. Without a template, files are named by a hash of their content.',
    example: LEFT_EMPTY,
  })
  @IsOptional()
  @IsString({ message: 'filename_template must be given once' })
  filename_template?: string;

  /** Returns the template; undefined if there is none. */
  fileNames(): FileNameTemplate | undefined {
    return this.filename_template === undefined
      ? undefined
      : FileNameTemplate.parse(this.filename_template);
  }

  /**
   * Returns the problems of the template that can be found before the columns of the file are
   * known.
   */
  fileNameProblems(): { field: string; message: string }[] {
    const { filename_template, audit_only } = this;
    if (typeof filename_template !== 'string') return [];
    if (audit_only) return [WITHOUT_IMAGES];
    try {
      this.fileNames();
      return [];
    } catch (error) {
      return [templateProblem(error)];
    }
  }
}

const WITHOUT_IMAGES = {
  field: 'filename_template',
  message:
    'audit_only compresses nothing, so filename_template has no effect. Leave filename_template out, or use audit.',
};

/** @throws the error itself, unless it is a `FileNameTemplateError` */
function templateProblem(error: unknown) {
  if (!(error instanceof FileNameTemplateError)) throw error;
  return { field: 'filename_template', message: `filename_template: ${error.message}` };
}

/** Converts the refusal of a template. Other errors stay unchanged. */
export const toTemplateRefusal = (error: unknown): unknown =>
  error instanceof FileNameTemplateError
    ? new InvalidParameterError([templateProblem(error)])
    : error;

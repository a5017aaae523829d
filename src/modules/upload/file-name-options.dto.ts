import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import {
  FileNameTemplate,
  FileNameTemplateError,
  MAX_TEMPLATE_LENGTH,
} from '../../platform/catalog/file-names/file-name-template.js';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { EMPTY_FIELD } from './form-fields.js';
import { PresetOptions } from './preset-options.dto.js';

/** Form field with the template for the names of the images. */
export class FileNameOptions extends PresetOptions {
  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_TEMPLATE_LENGTH,
    description:
      'Template for the names of the images in URLs, the ZIP and downloads, e.g. `{sku}-{position}.{ext}`. Fields: any column of the file, `{sku}`, `{serial}`, `{name}`, `{row}`, `{position}`, `{output}`, `{width}`, `{height}`, and `.{ext}` at the end. Identical names are numbered in row order. With several outputs, `-{output}` is added unless the template contains it. Without a template, files are named by a hash of their content.',
    example: EMPTY_FIELD,
  })
  @IsOptional()
  @IsString({ message: 'filename_template must be given once' })
  filename_template?: string;

  /** Parses the template. Returns undefined if there is none. */
  parseFileNameTemplate(): FileNameTemplate | undefined {
    return this.filename_template === undefined
      ? undefined
      : FileNameTemplate.parse(this.filename_template);
  }

  /**
   * Returns the problems with the template that can be detected before the columns of the file are
   * known.
   */
  findFileNameProblems(): { field: string; message: string }[] {
    const { filename_template, audit_only } = this;
    if (typeof filename_template !== 'string') return [];
    if (audit_only) return [NO_EFFECT_PROBLEM];
    try {
      this.parseFileNameTemplate();
      return [];
    } catch (error) {
      return [toTemplateProblem(error)];
    }
  }
}

const NO_EFFECT_PROBLEM = {
  field: 'filename_template',
  message:
    'audit_only compresses nothing, so filename_template has no effect. Omit filename_template, or use audit.',
};

/** @throws the error itself if it is not a `FileNameTemplateError` */
function toTemplateProblem(error: unknown) {
  if (!(error instanceof FileNameTemplateError)) throw error;
  return { field: 'filename_template', message: `filename_template: ${error.message}` };
}

/** Converts a template error to a validation error. Returns other errors unchanged. */
export const toInvalidTemplateError = (error: unknown): unknown =>
  error instanceof FileNameTemplateError
    ? new InvalidParameterError([toTemplateProblem(error)])
    : error;

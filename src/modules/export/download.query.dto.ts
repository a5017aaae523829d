import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { OutputFormat } from '../../platform/catalog/write/output-file.js';
import type { OutputMode } from '../../platform/catalog/write/output-columns.js';

const FORMATS = ['csv', 'xlsx'] as const satisfies OutputFormat[];
const MODES = ['append', 'replace'] as const satisfies OutputMode[];

/** Declares a query parameter that accepts only `true` and `false`. */
const BooleanOption = (name: string) => {
  const parseBoolean = Transform(({ obj }: { obj: Record<string, unknown> }) => {
    const value = obj[name];
    return value === 'true' ? true : value === 'false' ? false : value;
  });
  const validateBoolean = IsBoolean({ message: `${name} must be true or false` });
  return (target: object, property: string) => {
    ApiPropertyOptional({ type: Boolean, default: false })(target, property);
    for (const decorate of [IsOptional(), parseBoolean, validateBoolean])
      decorate(target, property);
  };
};

export class ZipQueryDto {
  /** Downloads the finished part of a request that is still running. */
  @BooleanOption('partial')
  partial: boolean = false;
}

export class ErrorsQueryDto extends ZipQueryDto {
  /** File format. The default is `xlsx` for an uploaded Excel file, otherwise `csv`. */
  @ApiPropertyOptional({ enum: FORMATS })
  @IsOptional()
  @IsIn(FORMATS, { message: 'format must be csv or xlsx' })
  format?: OutputFormat;

  /** Adds no apostrophe to cells that a spreadsheet would run as a formula. */
  @BooleanOption('raw')
  raw: boolean = false;
}

export class OutputQueryDto extends ErrorsQueryDto {
  /**
   * `append` adds a column with the output URLs for each image column. `replace` replaces
   * the input URLs with the output URLs and keeps everything else, ready for import into the shop.
   */
  @ApiPropertyOptional({ enum: MODES, default: 'append' })
  @IsOptional()
  @IsIn(MODES, { message: 'output must be append or replace' })
  output: OutputMode = 'append';

  /** Adds columns with the status, sizes, savings and error of each image. */
  @BooleanOption('detail')
  detail: boolean = false;
}

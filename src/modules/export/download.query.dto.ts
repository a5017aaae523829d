import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** A parameter that is on or off; anything but the two words is refused. */
const Switch = (name: string) => {
  const asBoolean = Transform(({ obj }: { obj: Record<string, unknown> }) => {
    const value = obj[name];
    return value === 'true' ? true : value === 'false' ? false : value;
  });
  const check = IsBoolean({ message: `${name} must be true or false` });
  return (target: object, property: string) => {
    ApiPropertyOptional({ type: Boolean, default: false })(target, property);
    for (const decorate of [IsOptional(), asBoolean, check]) decorate(target, property);
  };
};

export class ZipQueryDto {
  /** Give out what there is of a request that has not ended. */
  @Switch('partial')
  partial: boolean = false;
}

export class ErrorsQueryDto extends ZipQueryDto {
  /** Leave cells that a spreadsheet would run as a formula as they are. */
  @Switch('raw')
  raw: boolean = false;
}

export class OutputQueryDto extends ErrorsQueryDto {
  /** Add columns with the status, bytes, saved percent and error of each image. */
  @Switch('detail')
  detail: boolean = false;
}

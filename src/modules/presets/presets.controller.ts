import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PRESET_LIST } from '../../platform/presets/index.js';
import { PresetDto, PresetListDto } from './presets.dto.js';

@ApiTags('Upload')
@Controller('presets')
export class PresetsController {
  @Get()
  @ApiOperation({
    summary: 'List the marketplace presets',
    description:
      'Returns the image requirements of each marketplace with their sources, and the outputs that Pressroom creates for the marketplace.',
  })
  @ApiOkResponse({ type: PresetListDto })
  presets(): PresetListDto {
    return { presets: PRESET_LIST.map((preset) => PresetDto.from(preset)) };
  }
}

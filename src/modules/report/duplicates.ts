import { Injectable } from '@nestjs/common';
import {
  type ReportedImage,
  ReportsRepository,
} from '../../platform/database/repositories/reports.js';
import { type DuplicateGroupDto, type ReportDuplicatesDto, ReportImageDto } from './report.dto.js';
import { groupSimilarImages } from './similar-images.js';

const MAX_GROUPS = 20;
const MAX_EXAMPLES = 5;

/** A group by the ids of its first images. */
interface Group {
  images: number;
  ids: string[];
}

/** Finds the duplicate images of a request. */
@Injectable()
export class Duplicates {
  constructor(private readonly reports: ReportsRepository) {}

  async find(requestId: string): Promise<ReportDuplicatesDto> {
    const exact = await this.reports.findExactDuplicates(requestId, MAX_GROUPS, MAX_EXAMPLES);
    const similar = await this.findSimilar(requestId);
    const groups = [...exact, ...similar.groups];
    const images = await this.reports.findImages(
      requestId,
      groups.flatMap(({ ids }) => ids),
    );
    return {
      exact: exact.map((group) => toDuplicateGroup(group, images)),
      similar: similar.groups.map((group) => toDuplicateGroup(group, images)),
      similar_groups: similar.count,
      similar_compared: similar.compared,
      similar_is_complete: similar.isComplete,
    };
  }

  private async findSimilar(requestId: string) {
    const { hashes, firstIds, images } = await this.reports.readSourceHashes(requestId);
    const { groups, isComplete } = await groupSimilarImages(hashes);
    const countImages = (group: number[]) => group.reduce((sum, at) => sum + images[at], 0);
    const largest = groups
      .map((group) => ({ group, images: countImages(group) }))
      .toSorted((a, b) => b.images - a.images || a.group[0] - b.group[0])
      .slice(0, MAX_GROUPS)
      .map(({ group, images: size }): Group => ({
        images: size,
        ids: group.slice(0, MAX_EXAMPLES).map((at) => String(firstIds[at])),
      }));
    const compared = images.reduce((sum, number) => sum + number, 0);
    return { groups: largest, count: groups.length, compared, isComplete };
  }
}

const toDuplicateGroup = (
  { images: size, ids }: Group,
  images: ReadonlyMap<string, ReportedImage>,
): DuplicateGroupDto => ({
  images: size,
  // An image that was removed in the meantime is left out.
  examples: ids.flatMap((id) => images.get(id) ?? []).map((image) => ReportImageDto.from(image)),
});

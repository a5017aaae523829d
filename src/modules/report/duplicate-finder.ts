import { Injectable } from '@nestjs/common';
import {
  type ReportedImage,
  ReportsRepository,
} from '../../platform/database/repositories/reports.js';
import { type DuplicateGroupDto, type ReportDuplicatesDto, ReportImageDto } from './report.dto.js';
import { groupSimilarImages } from './similar-images.js';

const MAX_GROUPS = 20;
const MAX_EXAMPLES = 5;

/** A group of duplicates with the IDs of its first images. */
interface DuplicateGroup {
  /** Number of images in the group. */
  images: number;
  ids: string[];
}

/** Finds the duplicate images of a request. */
@Injectable()
export class DuplicateFinder {
  constructor(private readonly reports: ReportsRepository) {}

  async findDuplicates(requestId: string): Promise<ReportDuplicatesDto> {
    const exactGroups = await this.reports.findExactDuplicates(requestId, MAX_GROUPS, MAX_EXAMPLES);
    const similar = await this.findSimilar(requestId);
    const groups = [...exactGroups, ...similar.groups];
    const images = await this.reports.findImages(
      requestId,
      groups.flatMap(({ ids }) => ids),
    );
    return {
      exact: exactGroups.map((group) => toDuplicateGroup(group, images)),
      similar: similar.groups.map((group) => toDuplicateGroup(group, images)),
      similar_groups: similar.groupCount,
      similar_compared: similar.comparedImageCount,
      similar_is_complete: similar.isComplete,
    };
  }

  private async findSimilar(requestId: string) {
    const { hashes, firstIds, imageCounts } = await this.reports.readSourceHashes(requestId);
    const { groups, isComplete } = await groupSimilarImages(hashes);
    const countImages = (group: number[]) =>
      group.reduce((sum, index) => sum + imageCounts[index], 0);
    const largestGroups = groups
      .map((group) => ({ group, imageCount: countImages(group) }))
      .toSorted((a, b) => b.imageCount - a.imageCount || a.group[0] - b.group[0])
      .slice(0, MAX_GROUPS)
      .map(({ group, imageCount }): DuplicateGroup => ({
        images: imageCount,
        ids: group.slice(0, MAX_EXAMPLES).map((index) => String(firstIds[index])),
      }));
    const comparedImageCount = imageCounts.reduce((sum, count) => sum + count, 0);
    return {
      groups: largestGroups,
      groupCount: groups.length,
      comparedImageCount,
      isComplete,
    };
  }
}

const toDuplicateGroup = (
  { images: imageCount, ids }: DuplicateGroup,
  images: ReadonlyMap<string, ReportedImage>,
): DuplicateGroupDto => ({
  images: imageCount,
  // Omits images that were removed in the meantime.
  examples: ids.flatMap((id) => images.get(id) ?? []).map((image) => ReportImageDto.from(image)),
});

import type { Query } from '../../../platform/database/repositories/open-work.js';

/** Maximum number of IDs reserved in advance. */
const MAX_IDS_RESERVED_AHEAD = 50_000;

/**
 * Reserves IDs before the COPY, because a duplicate refers to the ID of its first image. IDs ascend in the order
 * of the file.
 */
const RESERVE_IDS = `
  SELECT min(id)::text AS first,
         CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id)::text[] END AS ids
  FROM (SELECT nextval('"images_id_seq"') AS id FROM generate_series(1, $1::int)) reserved`;

interface ReservedIds {
  first: string;
  /** All IDs, if another upload reserved IDs in between. Null if the IDs are consecutive. */
  ids: string[] | null;
}

/**
 * Provides IDs for the images of one upload. Each reservation is as large as all previous reservations together.
 * A large file therefore needs few reservations, and a small file wastes few IDs.
 */
export class ImageIds {
  private reservedIds: ReservedIds = { first: '0', ids: null };
  private reservedCount = 0;
  private usedCount = 0;
  private totalCount = 0;

  get availableCount(): number {
    return this.reservedCount - this.usedCount;
  }

  /** Replaces the unused IDs with at least `count` new IDs. */
  async reserveIds(query: Query, count: number): Promise<void> {
    const size = Math.max(count, Math.min(this.totalCount, MAX_IDS_RESERVED_AHEAD));
    [this.reservedIds] = await query<ReservedIds>(RESERVE_IDS, [size]);
    this.reservedCount = size;
    this.usedCount = 0;
    this.totalCount += size;
  }

  takeId(): number {
    const { first, ids } = this.reservedIds;
    const index = this.usedCount++;
    return ids === null ? Number(first) + index : Number(ids[index]);
  }
}

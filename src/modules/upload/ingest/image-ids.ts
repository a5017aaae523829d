import type { Query } from '../../../platform/database/repositories/open-work.js';

/** Maximum number of ids reserved ahead. */
const MAX_RESERVED_AHEAD = 50_000;

/**
 * Reserves ids before the COPY, because a duplicate refers to the id of its first image. Ids ascend in
 * the order of the file.
 */
const RESERVE_IDS = `
  SELECT min(id)::text AS first,
         CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id)::text[] END AS ids
  FROM (SELECT nextval('"images_id_seq"') AS id FROM generate_series(1, $1::int)) reserved`;

interface ReservedIds {
  first: string;
  /** All ids, if another upload reserved ids in between. Null if the ids are consecutive. */
  ids: string[] | null;
}

/**
 * Ids for the images of one upload. Each reservation is as large as all before it, so a large file
 * needs few reservations and a small file wastes few ids.
 */
export class ImageIds {
  private reserved: ReservedIds = { first: '0', ids: null };
  private size = 0;
  private used = 0;
  private total = 0;

  get available(): number {
    return this.size - this.used;
  }

  /** Replaces the unused ids by at least `count` others. */
  async reserve(query: Query, count: number): Promise<void> {
    const size = Math.max(count, Math.min(this.total, MAX_RESERVED_AHEAD));
    [this.reserved] = await query<ReservedIds>(RESERVE_IDS, [size]);
    this.size = size;
    this.used = 0;
    this.total += size;
  }

  next(): number {
    const { first, ids } = this.reserved;
    const number = this.used++;
    return ids === null ? Number(first) + number : Number(ids[number]);
  }
}

import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';

/** SQL condition for a parked image. The index `images_due` finds parked images by request. */
export const IS_PARKED = `status IN (${toSqlList(imageStatusesBefore('queued'))})
  AND same_as IS NULL AND not_before = 'infinity'`;

/** SQL condition for an unfinished request. Only such requests have parked images. */
export const IS_UNFINISHED_REQUEST = `status IN (${toSqlList(requestStatusesBefore('completed'))})`;

import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';

/** Condition of a parked image. The index `images_due` finds them by request. */
export const IS_PARKED = `status IN (${toSqlList(imageStatusesBefore('queued'))})
  AND same_as IS NULL AND not_before = 'infinity'`;

/** Condition of a request that may have parked images. */
export const IS_OPEN_REQUEST = `status IN (${toSqlList(requestStatusesBefore('completed'))})`;

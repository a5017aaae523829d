/**
 * FROM item with the completed images that use an artifact: as their first output, as an additional
 * output, or as duplicates of such images. Each image is a row once.
 * @param key placeholder of the artifact's key
 */
export const imagesUsing = (key: string): string => {
  const firstImages = `ARRAY(SELECT image_id FROM image_outputs WHERE artifact_key = ${key})`;
  return `(
    SELECT * FROM images WHERE artifact_key = ${key} AND status = 'completed'
    UNION
    SELECT * FROM images WHERE id = ANY(${firstImages}) AND status = 'completed'
    UNION
    SELECT * FROM images WHERE same_as = ANY(${firstImages}) AND status = 'completed')`;
};

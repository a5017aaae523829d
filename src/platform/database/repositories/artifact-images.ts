/**
 * Returns a FROM item with the completed images that use an artifact, including duplicates. The artifact may be
 * the first output of an image or an additional one. Each image occurs once.
 * @param key placeholder for the artifact's key
 */
export const artifactImagesFromItem = (key: string): string => {
  const imageIds = `ARRAY(SELECT image_id FROM image_outputs WHERE artifact_key = ${key})`;
  return `(
    SELECT * FROM images WHERE artifact_key = ${key} AND status = 'completed'
    UNION
    SELECT * FROM images WHERE id = ANY(${imageIds}) AND status = 'completed'
    UNION
    SELECT * FROM images WHERE same_as = ANY(${imageIds}) AND status = 'completed')`;
};

/** IPTC terms that describe how an image was made (cv.iptc.org/newscodes/digitalsourcetype). */
const SOURCE_TYPES = new Set([
  'algorithmicMedia',
  'algorithmicallyEnhanced',
  'compositeCapture',
  'compositeSynthetic',
  'compositeWithTrainedAlgorithmicMedia',
  'computationalCapture',
  'dataDrivenMedia',
  'digitalArt',
  'digitalCapture',
  'digitalCreation',
  'humanEdits',
  'minorHumanEdits',
  'multiFrameComputationalCapture',
  'negativeFilm',
  'positiveFilm',
  'print',
  'screenCapture',
  'softwareImage',
  'trainedAlgorithmicMedia',
  'virtualRecording',
]);
/** Number of characters after the property name that are searched for the value. */
const MAX_VALUE_DISTANCE = 400;
const TERM_PATTERN = /newscodes\/digitalsourcetype\/([A-Za-z]{1,64})/;

/**
 * Returns the term that describes how the image was made. Marketplaces require it for generated images.
 *
 * @returns undefined if the property is absent, or its value is not in the vocabulary
 */
export function findSourceType(xmp: string): string | undefined {
  const propertyStart = xmp.indexOf('DigitalSourceType');
  if (propertyStart < 0) return undefined;
  const term = TERM_PATTERN.exec(xmp.slice(propertyStart, propertyStart + MAX_VALUE_DISTANCE))?.[1];
  return term !== undefined && SOURCE_TYPES.has(term) ? term : undefined;
}

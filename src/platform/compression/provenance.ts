import type { Sharp } from 'sharp';

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
const TERM = /newscodes\/digitalsourcetype\/([A-Za-z]{1,64})/;

/**
 * Returns XMP that describes how the image was made, without any other property of `xmp`. Marketplaces
 * require it for generated images.
 *
 * @returns undefined if the property is absent, or its value is not in the vocabulary
 */
export function provenanceOf(xmp: string): Buffer | undefined {
  const property = xmp.indexOf('DigitalSourceType');
  const term = property < 0 ? undefined : TERM.exec(xmp.slice(property, property + 400))?.[1];
  if (term === undefined || !SOURCE_TYPES.has(term)) return undefined;
  return Buffer.from(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
      `Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/${term}"/>` +
      '</rdf:RDF></x:xmpmeta>',
  );
}

/** Makes the encoder write the XMP, for formats to which it cannot be added later. */
export const withXmp = (image: Sharp, xmp: Buffer | undefined): Sharp =>
  xmp ? image.withXmp(xmp.toString()) : image;

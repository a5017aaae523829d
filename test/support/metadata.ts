/** Returns XMP with these properties. */
export const xmp = (properties: string) =>
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/" ' +
  `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`;

/** Returns EXIF with one directory that contains only the tag Copyright. */
export function buildExifWithCopyright(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const head = Buffer.from('4d4d002a00000008000182980002000000000000001a00000000', 'hex');
  head.writeUInt32BE(bytes.length, 14);
  return Buffer.concat([head, bytes]);
}

import type { Metadata, Sharp } from 'sharp';
import type { MetadataOption } from '../compression-options.js';
import { readExifRights } from './exif-rights.js';
import { readIptcRights } from './iptc-rights.js';
import { cleanRights, type Rights } from './rights.js';
import { findSourceType } from './source-type.js';
import { readXmpRights } from './xmp-rights.js';

/**
 * Builds XMP that contains only the properties to keep: the digital source type, and with `copyright` also the
 * creators, copyright and credit. XMP takes precedence over IPTC, and IPTC over EXIF.
 *
 * @param xmp text that contains the XMP of the source; empty if there is none
 * @returns undefined if there is nothing to keep
 */
export function buildKeptXmp(
  xmp: string,
  { exif, iptc }: Pick<Metadata, 'exif' | 'iptc'>,
  option: MetadataOption,
): Buffer | undefined {
  const sourceType = findSourceType(xmp);
  const rights = option === 'copyright' ? findRights(xmp, exif, iptc) : undefined;
  if (sourceType === undefined && rights === undefined) return undefined;
  return Buffer.from(buildPacket(sourceType, rights));
}

function findRights(xmp: string, exif?: Buffer, iptc?: Buffer): Rights | undefined {
  const candidates = [
    readXmpRights(xmp),
    iptc ? readIptcRights(iptc) : {},
    exif ? readExifRights(exif) : {},
  ]
    .map(cleanRights)
    .filter((rights) => rights !== undefined);
  return cleanRights({
    creators: candidates.find(({ creators }) => creators.length > 0)?.creators,
    copyright: candidates.find(({ copyright }) => copyright !== undefined)?.copyright,
    credit: candidates.find(({ credit }) => credit !== undefined)?.credit,
  });
}

function buildPacket(sourceType: string | undefined, rights: Rights | undefined): string {
  const attributes: string[] = [];
  const properties: string[] = [];
  if (sourceType !== undefined) {
    attributes.push('xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"');
    attributes.push(
      `Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/${sourceType}"`,
    );
  }
  if (rights !== undefined) {
    const { creators, copyright, credit } = rights;
    if (creators.length > 0 || copyright) {
      attributes.push('xmlns:dc="http://purl.org/dc/elements/1.1/"');
    }
    if (creators.length > 0) {
      const items = creators.map((name) => `<rdf:li>${escapeXml(name)}</rdf:li>`).join('');
      properties.push(`<dc:creator><rdf:Seq>${items}</rdf:Seq></dc:creator>`);
    }
    if (copyright) {
      const item = `<rdf:li xml:lang="x-default">${escapeXml(copyright)}</rdf:li>`;
      properties.push(`<dc:rights><rdf:Alt>${item}</rdf:Alt></dc:rights>`);
    }
    if (credit) {
      attributes.push('xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"');
      properties.push(`<photoshop:Credit>${escapeXml(credit)}</photoshop:Credit>`);
    }
  }
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" ${attributes.join(' ')}>${properties.join('')}</rdf:Description>` +
    '</rdf:RDF></x:xmpmeta>'
  );
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeXml = (text: string): string => text.replaceAll(/[&<>]/g, (char) => ENTITIES[char]);

/** Makes the encoder write the XMP. Used for formats to which XMP cannot be added later. */
export const attachXmp = (image: Sharp, xmp: Buffer | undefined): Sharp =>
  xmp ? image.withXmp(xmp.toString()) : image;

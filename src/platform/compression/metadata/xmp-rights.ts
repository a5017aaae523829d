import { SaxesParser } from 'saxes';
import type { Rights } from './rights.js';

/** Maximum length of an XMP packet that is read, in characters. */
const MAX_XMP_LENGTH = 1024 * 1024;
/** Maximum nesting depth of XML elements. */
const MAX_DEPTH = 64;
const DC_NAMESPACE = 'http://purl.org/dc/elements/1.1/';
const PHOTOSHOP_NAMESPACE = 'http://ns.adobe.com/photoshop/1.0/';
const RDF_NAMESPACE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** Reads `dc:creator`, `dc:rights` and `photoshop:Credit`. Stops reading at the first invalid XML. */
export function readXmpRights(xmp: string): Partial<Rights> {
  const packet = findPacket(xmp);
  if (packet === undefined) return {};
  const textsByProperty = new Map<string, string[]>();
  const addText = (name: string, text: string) =>
    textsByProperty.set(name, [...(textsByProperty.get(name) ?? []), text].slice(0, 100));
  const path: string[] = [];
  let text = '';
  let isValid = true;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', () => (isValid = false));
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (path.length >= MAX_DEPTH) isValid = false;
    path.push(`${uri}${local}`);
    text = '';
    for (const { uri: namespace, local: name, value } of Object.values(attributes)) {
      if (isValid && namespace !== RDF_NAMESPACE) addText(`${namespace}${name}`, value);
    }
  });
  parser.on('text', (part) => (text += part));
  parser.on('closetag', () => {
    const name = path.pop()!;
    // An item of a list (`rdf:Seq`, `rdf:Alt`) belongs to the property that contains the list.
    const property = name === `${RDF_NAMESPACE}li` ? path.at(-2) : name;
    if (isValid && property !== undefined && text.trim() !== '') addText(property, text);
    text = '';
  });
  parser.write(packet).close();
  return {
    creators: textsByProperty.get(`${DC_NAMESPACE}creator`),
    copyright: textsByProperty.get(`${DC_NAMESPACE}rights`)?.[0],
    credit: textsByProperty.get(`${PHOTOSHOP_NAMESPACE}Credit`)?.[0],
  };
}

/** Returns the XMP without the surrounding processing instructions. */
function findPacket(xmp: string): string | undefined {
  for (const root of ['x:xmpmeta', 'x:xapmeta', 'rdf:RDF']) {
    const start = xmp.indexOf(`<${root}`);
    const end = start < 0 ? -1 : xmp.indexOf(`</${root}>`, start);
    if (end >= 0 && end - start <= MAX_XMP_LENGTH) return xmp.slice(start, end + root.length + 3);
  }
  return undefined;
}

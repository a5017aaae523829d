import { toColumnKey } from './normalize-header.js';

/** Groups in order of preference. A name in an earlier group wins regardless of its column's position. */
type NameGroups = readonly (readonly string[])[];

const toKeySets = (groups: NameGroups): Set<string>[] =>
  groups.map((names) => new Set(names.map(toColumnKey)));

const SERIAL_COLUMN_NAMES = toKeySets([
  ['S. No.', 'Sr No', 'Sl No', 'Serial Number', 'Serial No', 'Serial'],
  [
    '#',
    'No',
    'Nr',
    'Number',
    'ID',
    'Item No',
    'Item Number',
    'Product ID',
    'uniq_id',
    'id_product',
  ],
  [
    'SKU',
    'Product SKU',
    'Variant SKU',
    'Item SKU',
    'seller-sku',
    'Custom label (SKU)',
    'Code',
    'Product Code',
    'Product Code/SKU',
    'Handle',
    'handleId',
    'URL Handle',
    'Reference',
    'Ref',
    'Model',
    'MPN',
    'GTIN',
    'EAN',
    'Barcode',
    'Product Reference',
    'default_code',
    'Identifier',
    'Artikelnummer',
    'Artikelnr',
    'Artikel-Nr',
    'Art.-Nr.',
    'Produktnummer',
    'Bestellnummer',
    'Référence',
    'UGS',
    'Code produit',
    'Référence produit',
    'Referencia',
    'Código',
    'Codigo',
    'Codice',
    'Codice prodotto',
    'Referência',
    'Código do produto',
    'Artikelcode',
    'Indeks',
    'Kod',
    'Kod produktu',
    'Symbol',
    'Артикул',
    'Код',
    'Код товара',
    '商品コード',
    '商品番号',
    '品番',
    '型番',
    '商品编号',
    '商品编码',
    '货号',
    '商品編號',
    '商品代碼',
    '编号',
    '상품코드',
  ],
]);

const NAME_COLUMN_NAMES = toKeySets([
  ['Product Name'],
  ['Name', 'Product', 'Product Title', 'Item Name', 'Item Title', 'Title', 'Listing Title'],
  [
    'post_title',
    'Produktname',
    'Produkttitel',
    'Artikelname',
    'Artikelbezeichnung',
    'Titel',
    'Bezeichnung',
    'Nom',
    'Nom du produit',
    'Titre',
    'Libellé',
    'Désignation',
    'Nombre',
    'Nombre del producto',
    'Título',
    'Titulo',
    'Nome',
    'Nome prodotto',
    'Nome do produto',
    'Titolo',
    'Naam',
    'Productnaam',
    'Nazwa',
    'Nazwa produktu',
    'Tytuł',
    'Название',
    'Наименование',
    'Название товара',
    'Наименование товара',
    'Товар',
    '商品名',
    '品名',
    '商品名称',
    '产品名称',
    '商品標題',
    '商品名稱',
    '名称',
    '名稱',
    '标题',
    '상품명',
  ],
  ['SKU', 'Product SKU', 'Item', 'Handle', 'handleId', 'Description', 'Caption'],
]);

export interface TextColumn {
  index: number;
  /** Other candidate columns of the same rank. */
  otherIndexes: number[];
}

export const findSerialColumn = (header: readonly string[]) =>
  findColumn(header, SERIAL_COLUMN_NAMES);
export const findNameColumn = (header: readonly string[]) => findColumn(header, NAME_COLUMN_NAMES);

function findColumn(header: readonly string[], groups: Set<string>[]): TextColumn | undefined {
  const cellKeys = header.map(toColumnKey);
  for (const group of groups) {
    const [index, ...otherIndexes] = cellKeys.flatMap((key, columnIndex) =>
      group.has(key) ? [columnIndex] : [],
    );
    if (index !== undefined) return { index, otherIndexes };
  }
  return undefined;
}

const SKU_COLUMN_NAMES = toKeySets([
  ['SKU'],
  [
    'Variant SKU',
    'Product SKU',
    'Item SKU',
    'seller-sku',
    'Custom label (SKU)',
    'Product Code/SKU',
    'default_code',
    'Artikelnummer',
    'Артикул',
    '商品コード',
    '品番',
    '货号',
  ],
]);

/** Returns the index of the column that contains the SKU of each row. */
export const findSkuColumn = (header: readonly string[]): number | undefined =>
  findColumn(header, SKU_COLUMN_NAMES)?.index;

import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../../test/support/catalog.js';

const URL_1 = 'https://cdn.example.com/files/1.jpg';

describe('readCatalog() for an Amazon template', () => {
  it('readCatalog() recognizes an Amazon template by its first line', async () => {
    const file = [
      'TemplateType=fptcustom\tVersion=2024.0101\tThe top 3 rows are for Amazon.com use only.',
      'Product Type\tSeller SKU\tProduct Name\tMain Image URL',
      'feed_product_type\titem_sku\titem_name\tmain_image_url',
      `cup\tA-1\tStone mug\t${URL_1}`,
    ].join('\n');
    const { description, urls } = await readCatalog(file);
    expect(description).toMatchObject({ platform: 'amazon', headerRow: 3 });
    expect(urls).toEqual([[URL_1]]);
  });

  it('readCatalog() uses the technical names of an Amazon template as the header, not the labels above', async () => {
    const file = [
      'settings=attributeRow=4&contentLanguageTag=en_US&dataRow=5',
      'Listing Identity\t\t\tImages\t',
      'SKU\tProduct Type\tItem Name\tMain Image URL\tOther Image URL',
      'contribution_sku#1.value\tproduct_type#1.value\titem_name[marketplace_id=A1][language_tag=en_US]#1.value\tmain_product_image_locator[marketplace_id=A1]#1.media_location\tother_product_image_locator_1[marketplace_id=A1]#1.media_location',
      `A-1\tCUP\tStone mug\t${URL_1}\thttps://cdn.example.com/files/2.jpg`,
    ].join('\n');
    const { description, rows, urls } = await readCatalog(file);
    expect(description).toMatchObject({ platform: 'amazon', headerRow: 4 });
    expect(rows[0]).toMatchObject({ serialNumber: 'A-1', productName: 'Stone mug' });
    expect(urls).toEqual([[URL_1, 'https://cdn.example.com/files/2.jpg']]);
  });

  it('readCatalog() uses the technical names of an Amazon template from 2016 as the header', async () => {
    const file = [
      'TemplateType=Home\tVersion=2016.1\tThe top 3 rows are for Amazon.com use only.',
      'Item SKU\tTitle\tMain Image URL\tOther Image URL1',
      'item_sku\titem_name\tmain_image_url\tother_image_url1',
      `A-1\tStone mug\t${URL_1}\t`,
    ].join('\n');
    const { description, urls, problems } = await readCatalog(file);
    expect(description).toMatchObject({ platform: 'amazon', headerRow: 3 });
    expect(urls).toEqual([[URL_1]]);
    expect(problems).toEqual([]);
  });
});

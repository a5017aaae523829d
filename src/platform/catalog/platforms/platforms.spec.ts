import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../../test/support/catalog.js';
import { PLATFORMS } from './index.js';

const URL_1 = 'https://cdn.example.com/files/1.jpg';

/** Headers as these systems export them; of long ones the part that tells them. */
const HEADERS: readonly (readonly [
  platform: string,
  what: string,
  header: string,
  images: string[],
  serial: string,
  name: string,
])[] = [
  [
    'shopify',
    'export until 2024',
    'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option1 Linked To,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Google Shopping / MPN,Variant Image,Variant Weight Unit,Cost per item,Status',
    ['Image Src', 'Variant Image'],
    'Handle',
    'Title',
  ],
  [
    'shopify',
    'export since 2024',
    'Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Inventory tracker,Inventory quantity,Weight value (grams),Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description',
    ['Product image URL', 'Variant image URL'],
    'URL handle',
    'Title',
  ],
  [
    'shopify',
    'Matrixify',
    'ID,Handle,Command,Title,Body HTML,Vendor,Type,Tags,Tags Command,Created At,Status,Published,Published Scope,URL,Total Inventory Qty,Row #,Top Row,Image Src,Image Command,Image Position,Image Alt Text,Variant ID,Variant SKU,Variant Image',
    ['Image Src', 'Variant Image'],
    'ID',
    'Title',
  ],
  [
    'woocommerce',
    'English',
    'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"Is featured?","Visibility in catalog","Short description",Description,Stock,"Regular price",Categories,Tags,Images,"Download limit",Parent,Upsells,"External URL",Position',
    ['Images'],
    'ID',
    'Name',
  ],
  [
    'woocommerce',
    'German',
    'ID,Typ,Artikelnummer,"GTIN, UPC, EAN oder ISBN",Name,Veröffentlicht,"Ist hervorgehoben?","Sichtbarkeit im Katalog",Kurzbeschreibung,Beschreibung,Kategorien,Bilder,Position',
    ['Bilder'],
    'ID',
    'Name',
  ],
  [
    'woocommerce',
    'French',
    'ID,Type,UGS,"GTIN, UPC, EAN ou ISBN",Nom,Publié,"Mis en avant ?","Visibilité dans le catalogue","Description courte",Description,"En stock ?",Stock,"Poids (kg)","Tarif régulier",Catégories,Étiquettes,Images,Parent,Position',
    ['Images'],
    'ID',
    'Nom',
  ],
  [
    'woocommerce',
    'Spanish',
    'ID,Tipo,SKU,Nombre,Publicado,"¿Está destacado?","Visibilidad en el catálogo","Descripción corta",Descripción,Inventario,"Precio normal",Categorías,Etiquetas,Imágenes,Superior,Posición',
    ['Imágenes'],
    'ID',
    'Nombre',
  ],
  [
    'woocommerce',
    'Italian',
    'ID,Tipo,COD,Nome,Pubblicato,"In primo piano?","Visibilità nel catalogo","Breve descrizione",Descrizione,"Prezzo di listino",Categorie,Tag,Immagini,Genitore,Posizione',
    ['Immagini'],
    'ID',
    'Nome',
  ],
  [
    'woocommerce',
    'Dutch',
    'ID,Type,SKU,Naam,Gepubliceerd,"Is uitgelicht?","Zichtbaarheid in catalogus","Korte beschrijving",Beschrijving,"Reguliere prijs",Categorieën,Tags,Afbeeldingen,Hoofd,Positie',
    ['Afbeeldingen'],
    'ID',
    'Naam',
  ],
  [
    'woocommerce',
    'Russian',
    'ID,Тип,Артикул,Имя,Опубликован,"Рекомендуемый?","Видимость в каталоге","Краткое описание",Описание,"Базовая цена",Категории,Метки,Изображения,Родительский,Позиция',
    ['Изображения'],
    'ID',
    'Имя',
  ],
  [
    'woocommerce',
    'WebToffee',
    'post_title,post_name,post_parent,ID,post_content,post_excerpt,post_status,sku,parent_sku,stock,regular_price,images,downloadable_files,product_page_url,tax:product_type',
    ['images'],
    'ID',
    'post_title',
  ],
  [
    'magento',
    'Magento 2',
    'sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,price,url_key,base_image,base_image_label,small_image,small_image_label,thumbnail_image,thumbnail_image_label,swatch_image,swatch_image_label,created_at,qty,additional_images,additional_image_labels',
    ['base_image', 'small_image', 'thumbnail_image', 'swatch_image', 'additional_images'],
    'sku',
    'name',
  ],
  [
    'magento',
    'Magento 1',
    'sku,_store,_attribute_set,_type,_category,_root_category,_product_websites,color,cost,created_at,description,gallery,image,image_label,media_gallery,name,price,small_image,small_image_label,status,thumbnail,thumbnail_label,url_key,_media_attribute_id,_media_image,_media_lable,_media_position',
    ['image', 'small_image', 'thumbnail', '_media_image'],
    'sku',
    'name',
  ],
  [
    'bigcommerce',
    'v2',
    '"Item Type","Product ID","Product Name","Product Type","Product Code/SKU","Brand Name","Product Description",Price,"Product Visible?","Current Stock Level",Category,"Product Image ID - 1","Product Image File - 1","Product Image URL - 1","Product Image Description - 1","Product Image Is Thumbnail - 1","Product Image Sort - 1","Product Image URL - 2","Product URL"',
    ['Product Image URL - 1', 'Product Image URL - 2'],
    'Product ID',
    'Product Name',
  ],
  [
    'bigcommerce',
    'v3',
    'Item,ID,Name,Type,SKU,Options,Inventory Tracking,Current Stock,Price,Brand ID,Channels,Categories,Description,Weight,Is Visible,Variant Image URL,Internal Image URL (Export),Image URL (Import),Image Description,Image is Thumbnail,Image Sort Order,YouTube ID',
    ['Variant Image URL', 'Internal Image URL (Export)', 'Image URL (Import)'],
    'ID',
    'Name',
  ],
  [
    'prestashop',
    'import sample',
    'Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax included;Tax rules ID;Wholesale price;Reference #;Supplier reference #;EAN13;Quantity;Summary;Description;Tags (x,y,z...);Image URLs (x,y,z...);Image alt texts (x,y,z...);Delete existing images (0 = No, 1 = Yes)',
    ['Image URLs (x,y,z...)'],
    'Product ID',
    'Name *',
  ],
  [
    'wix',
    'old catalog',
    'handleId,fieldType,name,description,productImageUrl,collection,sku,ribbon,price,surcharge,visible,discountMode,discountValue,inventory,weight,cost,productOptionName1',
    ['productImageUrl'],
    'handleId',
    'name',
  ],
  [
    'wix',
    'new catalog',
    'handle,fieldType,name,visible,plainDescription,media,mediaAltText,ribbon,brand,price,strikethroughPrice,baseUnit,baseUnitMeasurement,totalUnits,cost,inventory,preOrderEnabled,sku,barcode,weight,productOptionName1',
    ['media'],
    'handle',
    'name',
  ],
  [
    'squarespace',
    'export',
    'Product ID [Non Editable],Variant ID [Non Editable],Product Type [Non Editable],Product Page,Product URL,Title,Description,SKU,Option Name 1,Option Value 1,Price,Sale Price,On Sale,Stock,Categories,Tags,Weight,Length,Width,Height,Visible,Hosted Image URLs',
    ['Hosted Image URLs'],
    'SKU',
    'Title',
  ],
  [
    'google-merchant',
    'TSV',
    'id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tavailability\tprice\tbrand\tgtin\tcondition',
    ['image_link', 'additional_image_link'],
    'id',
    'title',
  ],
  [
    'google-merchant',
    'spaced names',
    'id\ttitle\tdescription\tlink\timage link\tadditional image link\tavailability\tprice',
    ['image link', 'additional image link'],
    'id',
    'title',
  ],
  [
    'meta',
    'catalog',
    'id,title,description,availability,condition,price,link,image_link,brand,google_product_category,fb_product_category,quantity_to_sell_on_facebook,additional_image_link',
    ['image_link', 'additional_image_link'],
    'id',
    'title',
  ],
  [
    'amazon',
    'flat file',
    'feed_product_type\titem_sku\tbrand_name\tupdate_delete\texternal_product_id\titem_name\tstandard_price\tquantity\tmain_image_url\tother_image_url1\tother_image_url2\tswatch_image_url',
    ['main_image_url', 'other_image_url1', 'other_image_url2', 'swatch_image_url'],
    'item_sku',
    'item_name',
  ],
  [
    'etsy',
    'listings',
    'TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,IMAGE10,VARIATION 1 TYPE,VARIATION 1 NAME,VARIATION 1 VALUES,SKU',
    ['IMAGE1', 'IMAGE2', 'IMAGE10'],
    'SKU',
    'TITLE',
  ],
  [
    'ebay',
    'File Exchange',
    '*Action(SiteID=US|Country=US|Currency=USD|Version=1193);CustomLabel;*Category;*Title;PicURL;*Description;*Format;*Duration;*StartPrice;*Quantity',
    ['PicURL'],
    'CustomLabel',
    '*Title',
  ],
  [
    'yandex-market',
    'CSV',
    'id;available;url;price;currencyId;category;picture;name;description',
    ['picture'],
    'id',
    'name',
  ],
  [
    'akeneo',
    'products',
    'sku;categories;enabled;family;groups;parent;name-en_US;description-en_US-ecommerce;image',
    ['image'],
    'sku',
    'name-en_US',
  ],
  [
    'odoo',
    'import file',
    'id,name,default_code,list_price,image_1920,product_template_image_ids/image_1920',
    ['image_1920', 'product_template_image_ids/image_1920'],
    'id',
    'name',
  ],
  [
    'opencart',
    'Export/Import tool',
    'product_id,name(en-gb),categories,sku,upc,ean,quantity,model,manufacturer,image_name,shipping,price',
    ['image_name'],
    'product_id',
    'name(en-gb)',
  ],
  [
    'ecwid',
    'catalog',
    'type,product_internal_id,product_sku,product_name,product_price,product_quantity,product_is_available,product_media_main_image_url,product_media_main_image_alt,product_media_gallery_image_url_1,product_media_gallery_image_url_2,product_description',
    [
      'product_media_main_image_url',
      'product_media_gallery_image_url_1',
      'product_media_gallery_image_url_2',
    ],
    'product_sku',
    'product_name',
  ],
  [
    'shopware',
    'Shopware 6',
    'id;parent_id;product_number;active;stock;name;description;price_net;price_gross;tax_rate;manufacturer_name;categories;cover_media_url;media',
    ['cover_media_url', 'media'],
    'product_number',
    'name',
  ],
  [
    'shopware',
    'Shopware 5 images',
    'ordernumber;image;main;description;position;width;height;relations',
    ['image'],
    'ordernumber',
    'description',
  ],
  [
    'lightspeed',
    'eCom',
    'Internal_ID;Internal_Variant_ID;Visible;Brand;Supplier;US_Title_Short;US_Title_Long;US_Description_Short;Price;Stock_Level;Article_Code;Images',
    ['Images'],
    'Internal_ID',
    'US_Title_Short',
  ],
  [
    'woocommerce',
    'English, with some of the columns',
    'Type,SKU,Name,Published,"Is featured?","In stock?","Regular price",Categories,Images,"Attribute 1 name"',
    ['Images'],
    'SKU',
    'Name',
  ],
  [
    'etsy',
    'Italian',
    'TITOLO,DESCRIZIONE,PREZZO,CURRENCY_CODE,QUANTITÀ,TAG,MATERIALI,IMMAGINE1,IMMAGINE2,IMMAGINE10,"TIPO VARIANTE 1",SKU',
    ['IMMAGINE1', 'IMMAGINE2', 'IMMAGINE10'],
    'SKU',
    'TITOLO',
  ],
  [
    'prestashop',
    'combinations',
    'Product ID*;Product Reference;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;EAN13;Quantity;Image URL;Image alt texts (x,y,z...)',
    ['Image URL'],
    'Product ID*',
    'Product ID*',
  ],
  [
    'yandex-market',
    'offers without availability',
    'id,name,url,price,currencyId,categoryId,picture,vendor,description',
    ['picture'],
    'id',
    'name',
  ],
  [
    'heureka',
    'XML feed as a table',
    'ITEM_ID,PRODUCTNAME,PRODUCT,DESCRIPTION,URL,IMGURL,IMGURL_ALTERNATIVE,PRICE_VAT,MANUFACTURER,EAN',
    ['IMGURL', 'IMGURL_ALTERNATIVE'],
    'ITEM_ID',
    'PRODUCTNAME',
  ],
];

const delimiterOf = (header: string): string =>
  ['\t', ';'].find((delimiter) => header.split(delimiter).length > 5) ?? ',';

describe('The platform tables', () => {
  it.each(HEADERS)(
    'The platform tables recognize %s (%s)',
    async (platform, _what, header, images, serial, name) => {
      const delimiter = delimiterOf(header);
      const [names] = Papa.parse<string[]>(header, { delimiter }).data;
      const row = names.map((cell) =>
        images.includes(cell)
          ? URL_1
          : cell === serial
            ? 'A-1'
            : cell === name
              ? 'Stone mug'
              : /url|link/i.test(cell) && !/handle|linked/i.test(cell)
                ? 'https://shop.example.com/stone-mug'
                : 'x',
      );
      const file = Papa.unparse([names, row, row], { delimiter, newline: '\r\n' });
      const { description, rows } = await readCatalog(file);
      expect(description.platform).toBe(platform);
      expect(description.layout.delimiter).toBe(delimiter);
      expect(description.imageColumns.map((column) => description.header[column])).toEqual(images);
      expect(rows[0]).toMatchObject({
        serialNumber: 'A-1',
        productName: name === serial ? 'A-1' : 'Stone mug',
      });
    },
  );

  it('The platform tables include every platform of this list', () => {
    const listed = new Set(HEADERS.map(([platform]) => platform));
    expect(PLATFORMS.map(({ id }) => id).filter((id) => !listed.has(id))).toEqual([]);
  });

  it('The platform tables have a public source each', () => {
    for (const { sources } of PLATFORMS) expect(sources[0]).toMatch(/^https:\/\//);
  });

  it('The platform tables ignore downloads of a WooCommerce product, even images', async () => {
    const file = [
      'ID,Type,SKU,Name,Published,Images,"Download 1 name","Download 1 URL","External URL"',
      `73,"simple, downloadable",album,Album,1,${URL_1},Single,https://shop.example.com/single.jpg,`,
    ].join('\n');
    const { description, warnings } = await readCatalog(file);
    expect(description.imageColumns).toEqual([5]);
    expect(warnings).toEqual(['columns_with_urls_not_read']);
  });

  it('The platform tables ignore the link to the product page, even if it looks like an image', async () => {
    const file = [
      'id,title,price,link,image_link,availability',
      `0,Hoodie,29.90 EUR,https://shop.example.com/?z=photo-1/album-2,${URL_1},in stock`,
    ].join('\n');
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([4]);
    expect(urls).toEqual([[URL_1]]);
  });

  it('The platform tables recognize an Amazon template by its first line', async () => {
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

  it('The platform tables use the technical names of an Amazon template as the header, not the labels above', async () => {
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

  it('The platform tables use the technical names of an older Amazon template as the header', async () => {
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

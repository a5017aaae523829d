import { splitHeaderWords } from './normalize-header.js';

/** "Image" in several languages, singular and plural. */
const IMAGE_WORDS = new Set(
  `image images img imgs imageurl imageurls imagelink imagelinks imagesrc imageuri imgurl imgsrc
  picture pictures pic pics picurl photo photos photourl pictureurl thumbnail thumb thumbnails
  bild bilder bildurl bildlink foto fotos fotourl abbildung abbildungen visuel visuels photographie
  imagen imagenes imágenes fotografia fotografía immagine immagini imagem imagens fotografias
  afbeelding afbeeldingen plaatje plaatjes zdjęcie zdjęcia zdjecie zdjecia obraz obrazek obrazki obrazy
  изображение изображения изображений картинка картинки картинок фото фотография фотографии
  зображення obrázek obrázky obrazok obrázok obrázky kép képek billede billeder bilde kuva kuvat
  resim resimler görsel görseller imagine imagini εικόνα εικόνες תמונה תמונות صورة صور 이미지 사진`
    .split(/\s+/)
    .filter(Boolean),
);
/** Image words in scripts without spaces between words, and in compounds such as "Produktbild". */
const IMAGE_PARTS =
  /画像|写真|图片|圖片|图像|圖像|主图|主圖|附图|照片|이미지|사진|(?:produkt|artikel|haupt|zusatz|detail|galerie|varianten|vorschau)bild(?:er)?$/;

/** Words that may accompany "image" in the name of an image column. */
const QUALIFIERS = new Set(
  `url urls uri uris link links src source sources href http https address web
  main base small large big medium full original originals additional additionals extra other others alternate alternative alternatives
  featured feature primary secondary default first second third front back side top cover hero swatch
  product products variant variants variation parent child item items listing gallery galleries hosted
  input media asset assets location locator locators attachment attachments list s no num number and of the shop catalog catalogue
  haupt weitere weiteres zusätzliche produkt artikel galerie principale principales supplémentaires principal principales adicional adicionales
  adicionais produto produit producto prodotto prodotti hoofd extra glówne główne dodatkowe produktu
  товара основное основная дополнительные дополнительная ссылка ссылки на
  リンク 商品 链接 地址 链接地址`
    .split(/\s+/)
    .filter(Boolean),
);

/** Words that mark a column as metadata about an image. */
const METADATA_PARTS =
  /alt|代替|説明|描述|描寫|备注|備註|설명|이름|标题|標題|名称|名前|文字|テキスト|番号/;

const LINK_WORDS = new Set(['url', 'urls', 'link', 'links', 'src', 'href', 'media', 'assets']);

export type NameStrength = 'image' | 'link' | undefined;

/**
 * Returns `image` for the name of an image column (`Image Src`, `Bilder`, `additional_image_link`). Returns
 * `link` for the name of another link column (`Url`). Link columns are read only if there is no image column.
 */
export function classifyColumnName(name: string): NameStrength {
  const words = splitHeaderWords(name);
  if (words.length === 0 || words.length > 8) return undefined;
  let strength: NameStrength;
  for (const word of words) {
    if (IMAGE_WORDS.has(word) || (IMAGE_PARTS.test(word) && !METADATA_PARTS.test(word))) {
      strength = 'image';
    } else if (!QUALIFIERS.has(word) && !/^\d{1,4}$/.test(word)) {
      return undefined;
    }
  }
  if (strength !== undefined) return strength;
  const isLink = words.every((word) => LINK_WORDS.has(word) || /^\d/.test(word));
  // A number alone is a data cell.
  return isLink && words.some((word) => LINK_WORDS.has(word)) ? 'link' : undefined;
}

/** Returns `Image Src` for `Output Image Src`. Returns undefined for any other name. */
export const getInputName = (name: string): string | undefined =>
  /^output\s(.+)$/i.exec(name.trim())?.[1];

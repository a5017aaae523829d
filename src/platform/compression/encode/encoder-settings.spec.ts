import { describe, expect, it } from 'vitest';
import {
  createAvifSettings,
  ENCODER_VERSION,
  createGifSettings,
  createJpegSettings,
  createLosslessPngSettings,
  createPalettePngSettings,
  createRequantizedJpegSettings,
  createTiffSettings,
  createWebpSettings,
} from './encoder-settings.js';

describe('The encoder settings', () => {
  it('The encoder settings match the snapshot for ENCODER_VERSION', () => {
    const settings = [50, 100].map((quality) => ({
      jpeg: [createJpegSettings(quality), createRequantizedJpegSettings(quality)],
      png: [
        createPalettePngSettings(quality),
        createLosslessPngSettings(true),
        createLosslessPngSettings(false),
      ],
      webp: createWebpSettings(quality),
      avif: [createAvifSettings(quality, 2e6), createAvifSettings(quality, 20e6)],
      gif: createGifSettings(quality),
      tiff: [
        createTiffSettings(quality, false),
        createTiffSettings(quality, true),
        createTiffSettings(quality, false, true),
      ],
    }));
    expect({ ENCODER_VERSION, settings }).toMatchInlineSnapshot(`
      {
        "ENCODER_VERSION": 10,
        "settings": [
          {
            "avif": [
              {
                "chromaSubsampling": "4:2:0",
                "effort": 3,
                "lossless": false,
                "quality": 50,
              },
              {
                "chromaSubsampling": "4:2:0",
                "effort": 0,
                "lossless": false,
                "quality": 50,
              },
            ],
            "gif": {
              "effort": 7,
              "interFrameMaxError": 8,
              "keepDuplicateFrames": true,
              "reuse": true,
            },
            "jpeg": [
              {
                "optimiseCoding": true,
                "quality": 47,
                "quantisationTable": 2,
              },
              {
                "quality": 53,
                "quantisationTable": 2,
              },
            ],
            "png": [
              {
                "compressionLevel": 9,
                "effort": 3,
                "palette": true,
                "quality": 90,
              },
              {
                "compressionLevel": 9,
                "dither": 0,
                "palette": true,
                "quality": 100,
              },
              {
                "adaptiveFiltering": true,
                "compressionLevel": 9,
                "palette": false,
              },
            ],
            "tiff": [
              {
                "compression": "jpeg",
                "quality": 50,
              },
              {
                "compression": "deflate",
                "predictor": "horizontal",
              },
              {
                "bitdepth": 1,
                "compression": "ccittfax4",
              },
            ],
            "webp": {
              "effort": 4,
              "lossless": false,
              "quality": 50,
            },
          },
          {
            "avif": [
              {
                "chromaSubsampling": "4:4:4",
                "effort": 3,
                "lossless": true,
                "quality": 100,
              },
              {
                "chromaSubsampling": "4:4:4",
                "effort": 0,
                "lossless": true,
                "quality": 100,
              },
            ],
            "gif": {
              "effort": 7,
              "interFrameMaxError": 0,
              "keepDuplicateFrames": true,
              "reuse": true,
            },
            "jpeg": [
              {
                "optimiseCoding": true,
                "quality": 100,
                "quantisationTable": 2,
              },
              {
                "quality": 100,
                "quantisationTable": 2,
              },
            ],
            "png": [
              {
                "compressionLevel": 9,
                "effort": 3,
                "palette": true,
                "quality": 100,
              },
              {
                "compressionLevel": 9,
                "dither": 0,
                "palette": true,
                "quality": 100,
              },
              {
                "adaptiveFiltering": true,
                "compressionLevel": 9,
                "palette": false,
              },
            ],
            "tiff": [
              {
                "compression": "deflate",
                "predictor": "horizontal",
              },
              {
                "compression": "deflate",
                "predictor": "horizontal",
              },
              {
                "bitdepth": 1,
                "compression": "ccittfax4",
              },
            ],
            "webp": {
              "effort": 4,
              "lossless": true,
              "quality": 100,
            },
          },
        ],
      }
    `);
  });

  it('The encoder settings match the snapshot for effort=fast and effort=small', () => {
    const settings = (['fast', 'small'] as const).map((effort) => [
      createJpegSettings(50, effort),
      createPalettePngSettings(50, effort, 1e6),
      createPalettePngSettings(50, effort, 20e6),
      createWebpSettings(50, effort),
      createAvifSettings(50, 2e6, effort),
      createAvifSettings(50, 20e6, effort),
    ]);
    expect({ ENCODER_VERSION, settings }).toMatchInlineSnapshot(`
      {
        "ENCODER_VERSION": 10,
        "settings": [
          [
            {
              "optimiseCoding": false,
              "quality": 47,
              "quantisationTable": 2,
            },
            {
              "compressionLevel": 6,
              "effort": 1,
              "palette": true,
              "quality": 90,
            },
            {
              "compressionLevel": 6,
              "effort": 1,
              "palette": true,
              "quality": 90,
            },
            {
              "effort": 1,
              "lossless": false,
              "quality": 50,
            },
            {
              "chromaSubsampling": "4:2:0",
              "effort": 1,
              "lossless": false,
              "quality": 50,
            },
            {
              "chromaSubsampling": "4:2:0",
              "effort": 0,
              "lossless": false,
              "quality": 50,
            },
          ],
          [
            {
              "optimiseCoding": true,
              "optimiseScans": true,
              "progressive": true,
              "quality": 57,
              "quantisationTable": 2,
              "trellisQuantisation": true,
            },
            {
              "compressionLevel": 9,
              "effort": 6,
              "palette": true,
              "quality": 90,
            },
            {
              "compressionLevel": 9,
              "effort": 4,
              "palette": true,
              "quality": 90,
            },
            {
              "effort": 6,
              "lossless": false,
              "quality": 50,
            },
            {
              "chromaSubsampling": "4:2:0",
              "effort": 4,
              "lossless": false,
              "quality": 50,
            },
            {
              "chromaSubsampling": "4:2:0",
              "effort": 0,
              "lossless": false,
              "quality": 50,
            },
          ],
        ],
      }
    `);
  });
});

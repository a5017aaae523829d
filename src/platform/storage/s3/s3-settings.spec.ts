import { describe, expect, it } from 'vitest';
import { s3ClientConfig } from './s3-settings.js';

describe('s3ClientConfig()', () => {
  const settings = { S3_REGION: undefined, S3_FORCE_PATH_STYLE: '' } as const;

  it('s3ClientConfig() requests checksums outside Amazon only where they are required', () => {
    const own = s3ClientConfig({ ...settings, S3_ENDPOINT: 'https://s3.example.com' });
    expect(own).toMatchObject({
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      region: 'us-east-1',
      forcePathStyle: true,
    });
  });

  it.each([undefined, 'https://s3.eu-central-1.amazonaws.com'])(
    's3ClientConfig() uses the SDK checksums on Amazon (%s)',
    (S3_ENDPOINT) => {
      const amazon = s3ClientConfig({ ...settings, S3_ENDPOINT });
      expect(amazon).toMatchObject({ requestChecksumCalculation: 'WHEN_SUPPORTED' });
      expect(amazon).not.toHaveProperty('region');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { createS3ClientConfig } from './s3-settings.js';

describe('createS3ClientConfig()', () => {
  const settings = { S3_REGION: undefined, S3_FORCE_PATH_STYLE: '' } as const;

  it('createS3ClientConfig() enables checksums only when required for servers other than Amazon S3', () => {
    const config = createS3ClientConfig({ ...settings, S3_ENDPOINT: 'https://s3.example.com' });
    expect(config).toMatchObject({
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      region: 'us-east-1',
      forcePathStyle: true,
    });
  });

  it.each([undefined, 'https://s3.eu-central-1.amazonaws.com'])(
    'createS3ClientConfig() enables the SDK checksums for Amazon S3 with the endpoint %s',
    (S3_ENDPOINT) => {
      const config = createS3ClientConfig({ ...settings, S3_ENDPOINT });
      expect(config).toMatchObject({ requestChecksumCalculation: 'WHEN_SUPPORTED' });
      expect(config).not.toHaveProperty('region');
    },
  );
});

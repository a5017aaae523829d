import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Min,
  ValidateIf,
} from 'class-validator';
import { AdminEnv } from './admin-env.js';
import { Secret } from './secret-setting.js';

const HTTP_URL_OPTIONS = {
  protocols: ['http', 'https'],
  require_protocol: true,
  require_tld: false,
  disallow_auth: true,
};

/** Settings for the storage of compressed images. `storage-settings.ts` detects conflicts between them. */
export class StorageEnv extends AdminEnv {
  /**
   * Storage of compressed images: `disk` (a folder under `DATA_DIR`) or `s3` (a bucket on Amazon S3 or a
   * compatible server). For `s3`, Pressroom uses the AWS credential chain: `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY`, a shared credentials file, or the role of the machine.
   * @section Storage
   */
  @IsIn(['disk', 's3'])
  STORAGE: 'disk' | 's3' = 'disk';

  /**
   * Maximum total size of all compressed images, in bytes. At the limit, processing pauses until requests
   * are deleted or expire. 0 turns the limit off.
   */
  @IsInt()
  @Min(0)
  MAX_STORAGE_BYTES = 0;

  /** Name of the bucket. Required with `STORAGE=s3`; the bucket must exist. */
  @ValidateIf(({ STORAGE, S3_BUCKET }: StorageEnv) => STORAGE === 's3' || S3_BUCKET !== undefined)
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/, {
    message: 'S3_BUCKET must be the name of a bucket. It is required with STORAGE=s3',
  })
  S3_BUCKET?: string = undefined;

  /** URL of an S3-compatible server, e.g. `https://s3.example.com`. Defaults to Amazon S3. */
  @IsOptional()
  @IsUrl(HTTP_URL_OPTIONS, {
    message: 'S3_ENDPOINT must be an http or https URL without user and password',
  })
  S3_ENDPOINT?: string = undefined;

  /**
   * Region of the bucket. Defaults to `AWS_REGION` or the region in the AWS configuration file, or to
   * `us-east-1` if `S3_ENDPOINT` is set.
   */
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,64}$/, { message: 'S3_REGION must be a region such as eu-central-1' })
  S3_REGION?: string = undefined;

  /**
   * Prefix of all object keys, e.g. `pressroom/`. Each installation that shares a bucket needs its
   * own prefix.
   */
  @Matches(/^(?:[A-Za-z0-9!_.*'()-]+\/)*[A-Za-z0-9!_.*'()-]*$/, {
    message: `S3_PREFIX must consist of letters, digits and !_.*'()-, separated by "/"`,
  })
  S3_PREFIX = '';

  /**
   * Base URL under which the objects of the bucket are public, e.g. the URL of a CDN. Pressroom appends
   * `S3_PREFIX` and the name of the image.
   */
  @IsOptional()
  @IsUrl(HTTP_URL_OPTIONS, { message: 'S3_PUBLIC_URL must be an http or https URL' })
  S3_PUBLIC_URL?: string = undefined;

  /**
   * How clients get images from S3. `proxy`: the app sends them. `redirect`: the app redirects to
   * `S3_PUBLIC_URL`, or to a presigned URL if `S3_PUBLIC_URL` is not set. `direct`: output files and
   * responses contain URLs under `S3_PUBLIC_URL`. Defaults to `direct` if `S3_PUBLIC_URL` is set, and to
   * `proxy` otherwise.
   */
  @IsIn(['', 'proxy', 'redirect', 'direct'])
  S3_DELIVERY: '' | 'proxy' | 'redirect' | 'direct' = '';

  /**
   * Whether URLs contain the bucket in the path (`https://s3.example.com/bucket/key`) instead of the host
   * name. Defaults to `true` if `S3_ENDPOINT` is set.
   */
  @IsIn(['', 'true', 'false'])
  S3_FORCE_PATH_STYLE: '' | 'true' | 'false' = '';

  /**
   * Access key for the bucket, used with `AWS_SECRET_ACCESS_KEY`. If both are unset, Pressroom uses the
   * AWS credential chain.
   */
  @Secret()
  @IsOptional()
  @IsString()
  AWS_ACCESS_KEY_ID?: string = undefined;

  /** Secret access key that belongs to `AWS_ACCESS_KEY_ID`. */
  @Secret()
  @IsOptional()
  @IsString()
  AWS_SECRET_ACCESS_KEY?: string = undefined;

  /** Session token of temporary credentials. Only needed if `AWS_ACCESS_KEY_ID` is temporary. */
  @Secret()
  @IsOptional()
  @IsString()
  AWS_SESSION_TOKEN?: string = undefined;
}

/** Credentials of the S3 servers that tests start. */
export const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'testing-secret-1' };

/** A server with an S3-compatible API. */
export interface S3Server {
  readonly name: string;
  readonly endpoint: string;
  /** False if the server neither verifies signatures nor stores cache headers. */
  readonly hasFullS3Api: boolean;
  stop(): Promise<void>;
}

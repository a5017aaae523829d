/** Credentials of the S3 servers that tests start. */
export const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'testing-secret-1' };

/** A server with the API of S3. */
export interface S3Server {
  readonly name: string;
  readonly endpoint: string;
  /** False when it verifies no signatures and stores no cache headers. */
  readonly isComplete: boolean;
  stop(): Promise<void>;
}

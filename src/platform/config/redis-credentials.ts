export interface RedisCredentials {
  username: string;
  /** Not sent if empty. */
  password: string;
}

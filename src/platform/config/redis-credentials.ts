export interface RedisCredentials {
  username: string;
  /** Password; not sent when empty. */
  password: string;
}

export interface RedisCredentials {
  username: string;
  /** Password. Not sent if empty. */
  password: string;
}

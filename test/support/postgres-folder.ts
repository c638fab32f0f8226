/** A file in the folder of the test Postgres: something in it is worth a look. */
export const KEEP_MARK = 'keep';

/** Tests lose nothing when the machine loses power. */
export const TEST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 } as const;

/** Where the server listens: a socket, or a port of 127.0.0.1 where there are no sockets (Windows). */
export type Listen = { readonly socketFolder: string } | { readonly port: number };

const MB = 1_048_576;

/** An eighth of the machine's memory, for a catalogue that outgrows it is read through the kernel at three times the price; whole MB. */
const sharedMegabytes = (memoryBytes: number): number => Math.min(1_024, Math.max(128, Math.floor(memoryBytes / 8 / MB)));

/**
 * Settings for one small machine of `memoryBytes` that also runs the service: rare checkpoints, no compilation of queries,
 * no replication. Nothing that a committed transaction could be lost by.
 */
export function serverSettings(listen: Listen, memoryBytes: number): Record<string, string | number> {
	const address =
		'port' in listen
			? { listen_addresses: '127.0.0.1', port: listen.port, unix_socket_directories: '' }
			: { listen_addresses: '', port: 5432, unix_socket_directories: listen.socketFolder, unix_socket_permissions: '0700' };
	return {
		...address,
		max_connections: 80,
		fsync: 'on',
		synchronous_commit: 'on',
		full_page_writes: 'on',
		shared_buffers: `${sharedMegabytes(memoryBytes)}MB`,
		effective_cache_size: `${4 * sharedMegabytes(memoryBytes)}MB`,
		work_mem: '16MB',
		maintenance_work_mem: '128MB',
		wal_level: 'minimal',
		max_wal_senders: 0,
		max_wal_size: '2GB',
		min_wal_size: '128MB',
		checkpoint_timeout: '15min',
		random_page_cost: 1.1,
		gin_pending_list_limit: '16MB',
		jit: 'off',
		password_encryption: 'scram-sha-256',
		timezone: 'UTC',
		log_timezone: 'UTC',
		lc_messages: 'C',
		log_line_prefix: '%m [%p] ',
		log_checkpoints: 'off',
	};
}

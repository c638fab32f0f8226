// Holds the embedded Postgres under the folder given as argument until its standard input ends; prints a line when it has it.
import { ensureDatabase } from '../../src/store/embedded-postgres.ts';

const [folder = ''] = process.argv.slice(2);
const handle = await ensureDatabase({ databaseUrl: null, dataDir: folder }, (message) => process.stderr.write(`${message}\n`));
process.stdout.write(`${handle.url}\n`);
process.stdin.resume();
process.stdin.once('end', async () => {
	await handle.release();
	process.exit(0);
});

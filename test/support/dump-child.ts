/* Writes dumps of the database named first into the folder named second, and is killed by itself when the first part is to be rendered. */
import { dumpBatch } from '../../src/catalogue/dump-batch.ts';
import { makeDumps } from '../../src/jobs/make-dumps.ts';
import { openDatabase } from '../../src/store/database.ts';
import { dumpDeps } from './dumps.ts';

const [url = '', folder = '', parts = '0'] = process.argv.slice(2);
const database = openDatabase(url, { max: 3, applicationName: 'dump-child' });
let rendered = 0;
await makeDumps(
	dumpDeps(database, folder, {
		render: async (batch) => {
			if (rendered++ === Number(parts)) process.kill(process.pid, 'SIGKILL');
			return dumpBatch(batch);
		},
	}),
);
await database.close();

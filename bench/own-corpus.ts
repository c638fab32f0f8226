import { startSampleNetwork } from '../src/demo/demo.ts';
import { systemClock } from '../src/jobs/system-clock.ts';
import type { Fixture } from './fixture.ts';

/** Where the tools for a large corpus are missing: the province library of the sample network, as large as it is. */
export async function ownCorpus(wanted: number): Promise<Fixture> {
	const network = await startSampleNetwork(1, systemClock);
	const url = network.libraries[0]?.url ?? '';
	console.log(`The corpus of ${wanted} records is not at hand; the sample network is measured instead, its processor time included.`);
	return { url, stop: () => void network.close() };
}

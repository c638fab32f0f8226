import type { Clock } from '../lib/clock.ts';
import { sampleNetwork } from './cataloguing.ts';
import { SAMPLE_AREAS, type SampleArea } from './network.ts';
import { startProviders } from './provider.ts';

/** A library of the running sample network, as it is to be registered. */
export interface RunningLibrary {
	readonly code: string;
	readonly name: string;
	readonly kind: 'province' | 'district' | 'school';
	/** Code of its area. */
	readonly area: string;
	/** Base URL of its OAI-PMH server. */
	readonly url: string;
	readonly format: 'marcxml' | 'oai_dc';
}

export interface RunningNetwork {
	readonly libraries: readonly RunningLibrary[];
	/** In an order in which parents and successors come before those that name them. */
	readonly areas: readonly SampleArea[];
	close(): Promise<void>;
}

/** Starts the sample network on loopback: five libraries with OAI-PMH servers, the same records for the same seed. */
export async function startSampleNetwork(seed: number, clock: Clock): Promise<RunningNetwork> {
	const { libraries } = sampleNetwork(seed);
	const providers = await startProviders(libraries, clock);
	return {
		libraries: libraries.map(({ code, name, kind, area, path, format }) => ({
			code,
			name,
			kind,
			area,
			url: providers.origin + path,
			format,
		})),
		areas: SAMPLE_AREAS,
		close: () => providers.close(),
	};
}

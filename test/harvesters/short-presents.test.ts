import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Apdu } from '../../src/protocols/z3950/apdu.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { harvestTarget, z3950Target } from '../support/slice-rig.ts';
import { startRelay } from '../support/z3950-relay.ts';
import { startZebra, type Target } from '../support/zebra.ts';

const RECORDS = 300;

describe.runIf(hasPeer('zebrasrv'))('zebrasrv behind a relay', () => {
	let zebra: Target;
	const numbers = sampleMarc(RECORDS).map(({ fields }) => fields[0]?.value ?? '');
	beforeAll(async () => {
		zebra = await startZebra(sampleMarc(RECORDS));
	});
	afterAll(() => zebra.stop());

	it('that lets messages be small: it presents fewer records than asked for, and all come', async () => {
		const presented: number[] = [];
		const relay = await startRelay(zebra, {
			request: (apdu) => (apdu.kind === 'initRequest' ? { ...apdu, preferredMessageSize: 20_000, exceptionalRecordSize: 1_000_000 } : apdu),
			answer: (apdu) => {
				if (apdu.kind === 'presentResponse') presented.push(apdu.returned);
				return apdu;
			},
		});
		const got = await harvestTarget(z3950Target(relay.address), {});
		await relay.stop();
		expect(presented.length).toBeGreaterThan(5);
		expect(Math.max(...presented)).toBeLessThan(RECORDS / 3);
		expect(got.outcome).toMatchObject({ state: 'complete', tally: { received: RECORDS } });
		expect([...got.listed.keys()].sort()).toEqual([...numbers].sort());
	});

	it('that makes Presents empty without a word: they are asked for again, or the run is not complete', async () => {
		let presents = 0;
		const empty = (apdu: Apdu): Apdu => {
			if (apdu.kind !== 'presentResponse') return apdu;
			const { records: _, ...rest } = apdu;
			return { ...rest, returned: 0, presentStatus: 0 };
		};
		const now = await startRelay(zebra, { answer: (apdu) => (apdu.kind === 'presentResponse' && ++presents === 1 ? empty(apdu) : apdu) });
		const got = await harvestTarget(z3950Target(now.address), {});
		await now.stop();
		expect(got.outcome).toMatchObject({ state: 'complete', tally: { received: RECORDS } });
		expect([...got.listed.keys()].sort()).toEqual([...numbers].sort());
		const always = await startRelay(zebra, { answer: empty });
		const none = await harvestTarget(z3950Target(always.address), {});
		await always.stop();
		expect([none.outcome.state, none.listed.size]).toEqual(['incomplete', 0]);
	});
});

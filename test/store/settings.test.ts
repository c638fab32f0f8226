import { expect, it } from 'vitest';
import { serverSettings } from '../../src/store/embedded/settings.ts';

it('takes an eighth of the memory for the catalogue, within bounds', () => {
	const shared = (gigabytes: number): unknown => serverSettings({ port: 5432 }, gigabytes * 1024 ** 3)['shared_buffers'];
	expect([0.5, 2, 4, 24].map(shared)).toEqual(['128MB', '256MB', '512MB', '1024MB']);
});

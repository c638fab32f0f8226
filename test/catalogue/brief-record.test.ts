import { expect, it } from 'vitest';
import { briefRecord, wholeTitle } from '../../src/catalogue/render-record.ts';
import { packUnion } from '../../src/records/compact.ts';
import { packBody } from '../../src/store/body-codec.ts';
import { field, LEADER } from '../records/marc-lines.ts';

/** The title in a list of a union record with this 245. */
function listed(title: string): string {
	const member = { record: 7, version: 1, run: 5, source: 's1', library: 'HP-TV', identifier: 'x', share: 'full', licence: null } as const;
	const union = {
		kind: 'volume',
		leader: LEADER,
		members: [member],
		fields: [{ field: field(`245 00 ${title}`), sources: [0], rule: 'lead' }],
		holdings: [],
	} as const;
	return wholeTitle(briefRecord(1, 0, packBody(packUnion(union))));
}

it('the volumes of a set are told apart in a list', () => {
	expect(listed('$aLịch sử Việt Nam')).toBe('Lịch sử Việt Nam');
	expect(listed('$aLịch sử Việt Nam.$nT. 3,$pThời trung đại :$bgiản yếu')).toBe('Lịch sử Việt Nam. T. 3. Thời trung đại : giản yếu');
});

import { expect, it } from 'vitest';
import { spokenName } from '../../src/records/vietnamese-name.ts';

it.each([
	['Thêm', 'Trần Ngọc', 'Trần Ngọc Thêm'],
	['Nguyễn', 'Văn An', 'Nguyễn Văn An'],
	['Vượng', 'Trần Quốc', 'Trần Quốc Vượng'],
	['Hồ', 'Chí Minh', 'Hồ Chí Minh'],
	['Hà', 'Nguyễn Thị', 'Nguyễn Thị Hà'],
	['Lê', 'Hoàng Nam', 'Lê Hoàng Nam'],
	['Nguyễn', 'Lê Minh', 'Nguyễn Lê Minh'],
	['Ánh Tuyết', 'Đỗ Thị', 'Đỗ Thị Ánh Tuyết'],
	// nothing tells, or another language
	['Thu', 'Thuỷ', undefined],
	['Hoa', 'Nguyen', undefined],
	['Austen', 'Jane', undefined],
	['Le', 'An', undefined],
	['Müller', 'Hans', undefined],
	['', 'Trần', undefined],
])('%s, %s is %s', (before, behind, spoken) => {
	expect(spokenName(before, behind)).toBe(spoken);
});

import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, RECORD_FORMATS } from '../../src/records/record-format.ts';
import { FORMAT_RECORDS, fileOf, optionsOf } from './format-records.ts';

/** Golden files of every format, read by a person when they change (`vitest run -u` writes them). */

describe('a file of records of many kinds', () => {
	it.each(FORMAT_NAMES)('as %s', async (format) => {
		await expect(fileOf(format).toString('utf8')).toMatchFileSnapshot(`../golden/formats/${format}.${RECORD_FORMATS[format].suffix}`);
	});

	it('as a table with English headings', () => {
		expect(fileOf('csv', [], 'en').toString('utf8')).toBe(
			'\ufeffRecord ID,Title,Authors,Editors,Translator,Contributors,Edition,Place,Publisher,Year,Physical description,Series,In,ISBN,ISSN,Language,Classification,Subjects,Summary,Links,Held by,Call number,Copies,Address\r\n',
		);
	});

	it('is in every format as many records as there are', () => {
		for (const format of FORMAT_NAMES)
			for (const [id, union] of Object.entries(FORMAT_RECORDS)) expect(RECORD_FORMATS[format].render(union, optionsOf(id))).not.toBeNull();
	});
});

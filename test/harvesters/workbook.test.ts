import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../src/harvesters/open-file.ts';
import { readWorkbook } from '../../src/harvesters/workbook.ts';

const ROWS = 10_000;

let folder: string;
let path: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-workbook-'));
	path = join(folder, 'sach.xlsx');
	const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
	const sheet = book.addWorksheet('Sách');
	sheet.addRow(['Số ĐKCB', 'Nhan đề', 'Tác giả', 'Năm XB']).commit();
	for (let i = 0; i < ROWS; i++) sheet.addRow([`TK.${i}`, `Sách số ${i}`, `Nguyễn Văn ${i % 500}`, 2000]).commit();
	sheet.commit();
	await book.commit();
});
afterAll(() => rmSync(folder, { recursive: true }));

const linesOf = async (bytes: AsyncIterable<Uint8Array>): Promise<string[]> => {
	const pieces: Uint8Array[] = [];
	for await (const piece of bytes) pieces.push(piece);
	return Buffer.concat(pieces).toString().trimEnd().split('\n');
};

/** Processor time of this thread that `work` takes, in microseconds. */
async function ownWork(work: () => Promise<unknown>): Promise<number> {
	const before = process.threadCpuUsage();
	await work();
	const { user, system } = process.threadCpuUsage(before);
	return user + system;
}

describe('a workbook', () => {
	it('is parsed in another thread: this one is free for requests', async () => {
		const read = async (): Promise<void> => {
			const file = await openFile(path);
			expect(await linesOf(file.bytes())).toHaveLength(ROWS + 1);
			await file.close();
		};
		await read();
		const parsedHere = await ownWork(async () => expect(await linesOf(readWorkbook(path, 'sach.xlsx'))).toHaveLength(ROWS + 1));
		expect(await ownWork(read)).toBeLessThan(parsedHere / 3);
	});

	it('has its beginning at once, all of its rows from the first on, and can be read again', async () => {
		const file = await openFile(path);
		expect(file.kind).toBe('xlsx');
		const once = await linesOf(file.bytes());
		expect(once.at(-1)).toBe(`TK.${ROWS - 1},Sách số ${ROWS - 1},Nguyễn Văn ${(ROWS - 1) % 500},2000`);
		expect(file.head.toString().split('\n').slice(0, 50)).toEqual(once.slice(0, 50));
		expect(await linesOf(file.bytes())).toEqual(once);
		await file.close();
	});

	it('that is closed, or given up, before it is read leaves no thread', async () => {
		const threads = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
		const before = threads();
		await (await openFile(path)).close();
		const file = await openFile(path);
		expect(threads()).toBeGreaterThan(before);
		for await (const _ of file.bytes()) break;
		await file.close();
		await file.close();
		expect(threads()).toBe(before);
	});
});

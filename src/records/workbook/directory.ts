import { attributeOf, type PartHandler } from './part-reader.ts';

/** A sheet as the workbook lists it. */
export interface ListedSheet {
	readonly name: string;
	readonly relation: string;
	/** Nobody who opens the workbook sees it. */
	readonly hidden: boolean;
}

/** Reads xl/workbook.xml. */
export class WorkbookPart implements PartHandler {
	readonly sheets: ListedSheet[] = [];
	from1904 = false;

	open(name: string, attributes: Readonly<Record<string, string>>): void {
		if (name === 'workbookPr') this.from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
		if (name !== 'sheet') return;
		const state = attributes['state'] ?? 'visible';
		this.sheets.push({ name: attributes['name'] ?? '', relation: attributeOf(attributes, 'id') ?? '', hidden: state !== 'visible' });
	}

	text(): void {}
	close(): void {}
}

/** Reads a part of relations: what each leads to, by its id. */
export class RelationsPart implements PartHandler {
	readonly targets = new Map<string, string>();

	open(name: string, attributes: Readonly<Record<string, string>>): void {
		if (name === 'Relationship') this.targets.set(attributes['Id'] ?? '', attributes['Target'] ?? '');
	}

	text(): void {}
	close(): void {}
}

/** The place in the zip that a target of xl/workbook.xml leads to. */
export function placeOf(target: string): string {
	const parts: string[] = [];
	for (const part of (target.startsWith('/') ? target : `xl/${target}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return parts.join('/');
}

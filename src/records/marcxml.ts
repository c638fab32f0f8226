import { LIMITS } from '../lib/limits.ts';
import type { PlainElement } from '../lib/plain-xml.ts';
import { toNfc } from './encoding.ts';
import { mendCode, mendIndicator, mendLeader, mendTag, NO_SUBFIELDS } from './field-text.ts';
import { type Decoded, isControlTag, type MarcField, type Repair, type Subfield } from './marc.ts';
import type { MetadataBuilder } from './metadata-builder.ts';
import { plainMarc } from './plain-marcxml.ts';

/** Where text belongs: `between` elements it is only looked at inside a data field. */
type Leaf = 'none' | 'leader' | 'control' | 'subfield' | 'between';

/**
 * MARC records from the events of MARCXML (http://www.loc.gov/MARC21/slim), whatever the namespace: one record, several in a
 * collection, or wrapped in other elements. Mended and named: leader missing, short or long; tags, indicators and codes missing or wrong;
 * empty fields; text outside subfields; elements of no meaning.
 */
export class MarcXmlBuilder implements MetadataBuilder {
	#done: Decoded[] = [];
	/** Fields of the open record; null when none is open. */
	#fields: MarcField[] | null = null;
	#repairs: Repair[] = [];
	#leader = '';
	#tag = '';
	#ind1 = ' ';
	#ind2 = ' ';
	#code = '';
	#subfields: Subfield[] | null = null;
	#stray = '';
	#text = '';
	#leaf: Leaf = 'none';
	/** An OAI-PMH record around the MARC record: it is no record itself. */
	#wrapper = false;
	#tooMany = '';

	open(localName: string, attribute: (name: string) => string | undefined): void {
		switch (localName) {
			case 'subfield':
				if (this.#subfields === null) {
					this.#unknown('subfield');
					return;
				}
				this.#leaf = 'subfield';
				this.#text = '';
				this.#code = this.#required(attribute('code'), 'code', mendCode);
				return;
			case 'datafield':
				if (this.#fields === null) return;
				if (this.#subfields !== null) this.#closeData();
				this.#tag = mendTag(attribute('tag') ?? '', this.#repairs);
				this.#ind1 = this.#required(attribute('ind1'), 'ind1', mendIndicator);
				this.#ind2 = this.#required(attribute('ind2'), 'ind2', mendIndicator);
				this.#subfields = [];
				this.#leaf = 'between';
				this.#stray = '';
				return;
			case 'controlfield':
				if (this.#fields === null) return;
				this.#tag = mendTag(attribute('tag') ?? '', this.#repairs);
				this.#leaf = 'control';
				this.#text = '';
				return;
			case 'leader':
				if (this.#fields === null) return;
				this.#leaf = 'leader';
				this.#text = '';
				return;
			case 'record':
				this.#begin();
				return;
			case 'header':
				this.#wrapper = true;
				return;
			default:
				if (this.#fields !== null && (this.#leaf !== 'none' || this.#fields.length > 0)) this.#unknown(localName);
		}
	}

	text(text: string): void {
		if (this.#leaf === 'none') return;
		if (this.#leaf !== 'between') this.#text = this.#text === '' ? text : this.#text + text;
		else if (text.trim() !== '') this.#stray += text;
	}

	close(localName: string): void {
		switch (localName) {
			case 'subfield':
				if (this.#leaf === 'subfield') this.#closeSubfield();
				return;
			case 'datafield':
				if (this.#subfields !== null) this.#closeData();
				return;
			case 'controlfield':
				if (this.#leaf === 'control') this.#closeControl();
				return;
			case 'leader':
				if (this.#leaf !== 'leader') return;
				this.#leader = this.#text;
				this.#leaf = 'none';
				return;
			case 'record':
				this.#closeRecord();
		}
	}

	readPlain(text: string, from: number): PlainElement | null {
		const found = plainMarc(text, from);
		if (found === null) return null;
		const { root, end, decoded } = found;
		return { root, end, keep: () => this.#done.push(decoded) };
	}

	finish(): Decoded[] {
		this.#closeRecord();
		const done = this.#done;
		this.#done = [];
		this.#wrapper = false;
		return done;
	}

	/** Whether a record was completed since the last `finish`. */
	get hasRecord(): boolean {
		return this.#done.length > 0;
	}

	#begin(): void {
		// a record in a record: the outer one is a wrapper, unless it has a leader or fields of its own
		if (this.#fields !== null && (this.#fields.length > 0 || this.#leader !== '' || this.#leaf !== 'none')) this.#closeRecord();
		this.#fields = [];
		this.#repairs = [];
		this.#leader = '';
		this.#subfields = null;
		this.#leaf = 'none';
		this.#tooMany = '';
		this.#wrapper = false;
	}

	#required(value: string | undefined, name: string, mend: (value: string, tag: string, repairs: Repair[]) => string): string {
		if (value !== undefined) return mend(value, this.#tag, this.#repairs);
		this.#repairs.push({ code: `${name}-missing`, at: this.#tag });
		return name === 'code' ? 'a' : ' ';
	}

	#unknown(localName: string): void {
		if (this.#fields !== null) this.#repairs.push({ code: 'element-unknown', at: this.#tag, detail: localName.slice(0, 40) });
	}

	#closeSubfield(): void {
		this.#leaf = 'between';
		const subfields = this.#subfields as Subfield[];
		if (this.#text === '') this.#repairs.push({ code: 'subfield-empty', at: this.#tag, detail: JSON.stringify(this.#code) });
		else if (subfields.length < LIMITS.subfieldsPerFieldMax) subfields.push({ code: this.#code, value: toNfc(this.#text) });
		else this.#tooMany = `field ${this.#tag} has more than ${LIMITS.subfieldsPerFieldMax} subfields`;
	}

	#closeData(): void {
		const subfields = this.#subfields as Subfield[];
		this.#subfields = null;
		this.#leaf = 'none';
		if (this.#stray !== '') {
			this.#repairs.push({ code: 'subfield-missing', at: this.#tag });
			subfields.push({ code: 'a', value: toNfc(this.#stray.trim()) });
		}
		const tag = this.#tag;
		if (subfields.length === 0) this.#repairs.push({ code: 'field-empty', at: tag });
		else if (!isControlTag(tag)) this.#push({ tag, ind1: this.#ind1, ind2: this.#ind2, value: '', subfields });
		else {
			this.#repairs.push({ code: 'control-field-subfields', at: tag });
			this.#push({ tag, ind1: ' ', ind2: ' ', value: subfields.map((s) => s.value).join(''), subfields: NO_SUBFIELDS });
		}
	}

	#closeControl(): void {
		const tag = this.#tag;
		const value = toNfc(this.#text);
		this.#leaf = 'none';
		if (value === '') this.#repairs.push({ code: 'field-empty', at: tag });
		else if (isControlTag(tag)) this.#push({ tag, ind1: ' ', ind2: ' ', value, subfields: NO_SUBFIELDS });
		else {
			this.#repairs.push({ code: 'subfield-missing', at: tag });
			this.#push({ tag, ind1: ' ', ind2: ' ', value: '', subfields: [{ code: 'a', value }] });
		}
	}

	#push(field: MarcField): void {
		const fields = this.#fields as MarcField[];
		if (fields.length < LIMITS.recordFieldsMax) fields.push(field);
		else this.#tooMany = `more than ${LIMITS.recordFieldsMax} fields`;
	}

	#closeRecord(): void {
		const fields = this.#fields;
		if (fields === null) return;
		if (this.#subfields !== null) this.#closeData();
		this.#fields = null;
		this.#leaf = 'none';
		const repairs = this.#repairs;
		if (fields.length === 0) {
			if (!this.#wrapper) this.#done.push({ ok: false, code: 'no-fields', reason: 'the record has no fields', repairs });
		} else if (this.#tooMany !== '') {
			this.#done.push({
				ok: false,
				code: this.#tooMany.startsWith('field') ? 'too-many-subfields' : 'too-many-fields',
				reason: this.#tooMany,
				repairs,
			});
		} else this.#done.push({ ok: true, record: { leader: mendLeader(this.#leader, repairs), fields }, repairs });
	}
}

import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { ask, readResponse } from './catalogue.ts';

/** A harvester with a mirror of what it was told; it goes on from the responseDate of a list's first page. */
export class OaiClient {
	readonly mirror = new Map<string, string>();
	#from: string | undefined;
	#first: string | undefined;
	#token: string | undefined;
	readonly #app: FastifyInstance;
	readonly #set: string | null;

	constructor(app: FastifyInstance, set: string | null) {
		this.#app = app;
		this.#set = set;
	}

	get busy(): boolean {
		return this.#token !== undefined;
	}

	/** One request: the next page of the list it is in, or the first of a new one. */
	async step(): Promise<void> {
		const args: Record<string, string> =
			this.#token === undefined
				? {
						metadataPrefix: 'marc21',
						...(this.#set === null ? {} : { set: this.#set }),
						...(this.#from === undefined ? {} : { from: this.#from }),
					}
				: { resumptionToken: this.#token };
		const xml = await ask(this.#app, { verb: 'ListRecords', ...args });
		const page = readResponse(xml);
		expect(page.errors.filter((code) => code !== 'noRecordsMatch')).toEqual([]);
		this.#first ??= page.responseDate;
		for (const record of xml.split('<record><header').slice(1)) {
			const identifier = /<identifier>([^<]*)/.exec(record)?.[1] ?? '';
			if (record.startsWith(' status="deleted"')) this.mirror.delete(identifier);
			else this.mirror.set(identifier, /<metadata>.*<\/metadata>/s.exec(record)?.[0] ?? '');
		}
		this.#token = page.token === '' ? undefined : page.token;
		if (this.#token === undefined) {
			this.#from = this.#first;
			this.#first = undefined;
		}
	}

	async finish(): Promise<void> {
		do await this.step();
		while (this.busy);
	}

	/** Catches up: the list it is in, then one more from where that began. */
	async catchUp(): Promise<void> {
		if (this.busy) await this.finish();
		await this.finish();
	}
}

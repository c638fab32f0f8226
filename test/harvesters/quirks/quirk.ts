/** One misbehaviour of providers that is known from the field, and what has to come out. */
export interface Quirk {
	readonly row: number;
	readonly name: string;
	run(): Promise<void>;
}

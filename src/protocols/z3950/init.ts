import { type BerNode, CONTEXT, TAG } from '../ber/node.ts';
import {
	bitsType,
	booleanType,
	type Element,
	explicit,
	implicit,
	integerType,
	octetsType,
	struct,
	type Type,
	textType,
} from '../ber/struct.ts';
import * as values from '../ber/values.ts';
import { type CharsetNegotiation, charsetNegotiation } from './charset-negotiation.ts';
import { type Diagnostic, diagnosticType, findDiagnostic } from './diagnostics.ts';
import { external } from './external.ts';

/** Bits of Options (Z39.50 §3.2.1.1.6). */
export const OPTION = {
	search: 0,
	present: 1,
	delete: 2,
	scan: 7,
	sort: 8,
	namedResultSets: 14,
	negotiation: 17,
} as const;

/** The three forms of idAuthentication (§3.2.1.1.4): open, with a group, user and password, and anonymous. */
export type Authentication =
	| { readonly kind: 'open'; readonly text: string }
	| { readonly kind: 'password'; readonly group?: string; readonly user?: string; readonly password?: string }
	| { readonly kind: 'anonymous' };

type Password = Pick<Extract<Authentication, { kind: 'password' }>, 'group' | 'user' | 'password'>;

const idPass = struct<Password>({ group: implicit(0, textType), user: implicit(1, textType), password: implicit(2, textType) });

/** `[7]` is EXPLICIT around the choice. */
const authentication: Element<Authentication> = {
	matches: (node) => [TAG.visibleString, TAG.sequence, TAG.null].some((tag) => values.isUniversal(node, tag)),
	read(node) {
		if (node.tag === TAG.visibleString) return { kind: 'open', text: values.text(node) };
		return node.tag === TAG.null ? { kind: 'anonymous' } : { kind: 'password', ...idPass.read(node) };
	},
	write(value) {
		if (value.kind === 'open') return values.textNode(TAG.visibleString, value.text, 0);
		if (value.kind === 'anonymous') return values.primitive(TAG.null, new Uint8Array(0), 0);
		const { kind: _, ...fields } = value;
		return idPass.write(fields, TAG.sequence, 0);
	},
};

const referenceId: Element<Uint8Array> = implicit(2, octetsType);
const OTHER_INFORMATION = 201;
const USER_INFORMATION_FIELD = 11;
const USER_INFORMATION = '1.2.840.10003.10.3';
const DIAGNOSTIC_FORMAT = '1.2.840.10003.4.2';

export interface InitRequest {
	readonly kind: 'initRequest';
	readonly referenceId?: Uint8Array;
	/** Bits: 0 and 1 for version 2, 2 for version 3. */
	readonly protocolVersion: ReadonlySet<number>;
	readonly options: ReadonlySet<number>;
	readonly preferredMessageSize: number;
	readonly exceptionalRecordSize: number;
	readonly authentication?: Authentication;
	readonly implementationId?: string;
	readonly implementationName?: string;
	readonly implementationVersion?: string;
	readonly charset?: CharsetNegotiation;
}

export interface InitResponse extends Omit<InitRequest, 'kind' | 'authentication'> {
	readonly kind: 'initResponse';
	readonly accepted: boolean;
	/** Why it was refused, where the target says so. */
	readonly diagnostic?: Diagnostic;
}

const shared = {
	referenceId,
	protocolVersion: implicit(3, bitsType),
	options: implicit(4, bitsType),
	preferredMessageSize: implicit(5, integerType),
	exceptionalRecordSize: implicit(6, integerType),
};
const names = {
	implementationId: implicit(110, textType),
	implementationName: implicit(111, textType),
	implementationVersion: implicit(112, textType),
};
/** Of otherInfo only charset negotiation is read and written. */
const charset: Element<CharsetNegotiation> = {
	matches: (node) => node.cls === CONTEXT && node.tag === OTHER_INFORMATION && charsetNegotiation.find(node) !== null,
	read: (node) => charsetNegotiation.find(node) as CharsetNegotiation,
	write: (value) =>
		values.constructed(OTHER_INFORMATION, [values.sequence([values.constructed(4, charsetNegotiation.write(value).children)])]),
};

const NEEDED = ['protocolVersion', 'options'] as const;

export const initRequest = struct<Omit<InitRequest, 'kind'>>(
	{ ...shared, authentication: explicit(7, authentication), ...names, charset },
	NEEDED,
);
const response = struct<Omit<InitResponse, 'kind' | 'diagnostic'>>({ ...shared, accepted: implicit(12, booleanType), ...names, charset }, [
	...NEEDED,
	'accepted',
]);
/** A refusal carries its reason in userInformationField or otherInfo (ZIG agreement on diagnostics in an Init response), as YAZ writes it. */
const refusal = (diagnostic: Diagnostic): BerNode =>
	values.constructed(USER_INFORMATION_FIELD, [
		external.write({
			oid: USER_INFORMATION,
			octets: null,
			value: values.constructed(OTHER_INFORMATION, [
				values.sequence([
					values.constructed(
						4,
						external.write({
							oid: DIAGNOSTIC_FORMAT,
							octets: null,
							value: values.sequence([values.sequence([values.constructed(1, [diagnosticType.write(diagnostic, 1)])])]),
						}).children,
					),
				]),
			]),
		}),
	]);

export const initResponse: Type<Omit<InitResponse, 'kind'>> = {
	read(node) {
		const answer = response.read(node);
		if (answer.accepted) return answer;
		const said = node.children.filter((one) => one.tag === USER_INFORMATION_FIELD || one.tag === OTHER_INFORMATION);
		const diagnostic = said.map(findDiagnostic).find((one) => one !== null);
		return diagnostic === undefined ? answer : { ...answer, diagnostic };
	},
	write({ diagnostic, ...answer }, tag, cls) {
		const node = response.write(answer, tag, cls);
		return diagnostic === undefined ? node : { ...node, children: [...node.children, refusal(diagnostic)] };
	},
};

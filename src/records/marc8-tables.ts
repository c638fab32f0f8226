import { entryOf } from '../lib/entry-of.ts';
import eaccRuns from './marc8-eacc.json' with { type: 'json' };

/** A 94-character set: from a code 0x21 to 0x7E to its character, and the codes that are combining marks. */
export interface MarcSet {
	readonly characters: readonly (string | undefined)[];
	readonly combining: readonly boolean[];
}

/**
 * The single-byte sets of MARC-8 by their final character (MARC 21 Specifications, Character Sets, code tables of December 2007).
 * A run is the first code (its seven low bits as an ASCII character), then the characters of consecutive codes.
 */
const SETS: Readonly<Record<string, { readonly runs: readonly string[]; readonly combining: string }>> = {
	/** ANSEL */
	E: {
		runs: [
			'!\u0141\u00d8\u0110\u00de\u00c6\u0152\u02b9\u00b7\u266d\u00ae\u00b1\u01a0\u01af\u02bc',
			'0\u02bb\u0142\u00f8\u0111\u00fe\u00e6\u0153\u02ba\u0131\u00a3\u00f0',
			'<\u01a1\u01b0',
			'@\u00b0\u2113\u2117\u00a9\u266f\u00bf\u00a1\u00df\u20ac',
			'`\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\u0361\ufe21\u0315\u030b\u0310\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\u0360\ufe23',
			'~\u0313',
		],
		combining: '`abcdefghijklmnopqrstuvwxyz{~',
	},
	/** Basic Cyrillic */
	N: {
		runs: [
			'!!"#$%&\'()*+,-./0123456789:;<=>?\u044e\u0430\u0431\u0446\u0434\u0435\u0444\u0433\u0445\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u044f\u0440\u0441\u0442\u0443\u0436\u0432\u044c\u044b\u0437\u0448\u044d\u0449\u0447\u044a\u042e\u0410\u0411\u0426\u0414\u0415\u0424\u0413\u0425\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u042f\u0420\u0421\u0422\u0423\u0416\u0412\u042c\u042b\u0417\u0428\u042d\u0429\u0427',
		],
		combining: '',
	},
	/** Extended Cyrillic */
	Q: {
		runs: [
			'@\u0491\u0452\u0453\u0454\u0451\u0455\u0456\u0457\u0458\u0459\u045a\u045b\u045c\u045e\u045f',
			'P\u0463\u0473\u0475\u046b',
			'[[',
			']]',
			'__\u0490\u0402\u0403\u0404\u0401\u0405\u0406\u0407\u0408\u0409\u040a\u040b\u040c\u040e\u040f\u042a\u0462\u0472\u0474\u046a',
		],
		combining: '',
	},
	/** Basic Arabic */
	3: {
		runs: [
			'!!"#$\u066a&\'()\u066d+\u060c-./\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669:\u061b<=>\u061f',
			'A\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a[',
			']]',
			'`\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0671\u0670',
			'x\u066c\u201d\u201c',
		],
		combining: 'klmnopqr',
	},
	/** Extended Arabic */
	4: {
		runs: [
			'!\u06fd\u0672\u0673\u0679\u067a\u067b\u067c\u067d\u067e\u067f\u0680\u0681\u0682\u0683\u0684\u0685\u0686\u06bf\u0687\u0688\u0689\u068a\u068b\u068c\u068d\u068e\u068f\u0690\u0691\u0692\u0693\u0694\u0695\u0696\u0697\u0698\u0699\u069a\u069b\u069c\u06fa\u069d\u069e\u06fb\u069f\u06a0\u06fc\u06a1\u06a2\u06a3\u06a4\u06a5\u06a6\u06a7\u06a8\u06a9\u06aa\u06ab\u06ac\u06ad\u06ae\u06af\u06b0\u06b1\u06b2\u06b3\u06b4\u06b5\u06b6\u06b7\u06b8\u06ba\u06bb\u06bc\u06bd\u06b9\u06be\u06c0\u06c4\u06c5\u06c6\u06ca\u06cb\u06cd\u06ce\u06d0\u06d2\u06d3',
			'}\u0306\u030c',
		],
		combining: '}~',
	},
	/** Basic Hebrew */
	2: {
		runs: [
			'!!\u05f4#$%&\u05f3()*+,\u05be./0123456789:;<=>?\u05b7\u05b8\u05b6\u05b5\u05b4\u05b9\u05bb\u05b0\u05b2\u05b3\u05b1\u05bc\u05bf\u05c1\ufb1e',
			'[[',
			']]',
			'`\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\u05f0\u05f1\u05f2',
		],
		combining: '@ABCDEFGHIJKLMN',
	},
	/** Basic Greek */
	S: {
		runs: [
			'!\u0300\u0301\u0308\u0342\u0313\u0314\u0345',
			'0\u00ab\u00bb\u201c\u201d\u0374\u0375',
			';\u0387',
			'?\u037e',
			'A\u0391\u0392',
			'D\u0393\u0394\u0395\u03da\u03dc\u0396\u0397\u0398\u0399\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03de\u03a1\u03a3',
			'X\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03e0',
			'a\u03b1\u03b2\u03d0\u03b3\u03b4\u03b5\u03db\u03dd\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03df\u03c1\u03c3\u03c2\u03c4\u03c5\u03c6\u03c7\u03c8\u03c9\u03e1',
		],
		combining: '!"#$%&\'',
	},
	/** Subscripts */
	b: {
		runs: ['(\u208d\u208e', '+\u208a', '-\u208b', '0\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089'],
		combining: '',
	},
	/** Superscripts */
	p: {
		runs: ['(\u207d\u207e', '+\u207a', '-\u207b', '0\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'],
		combining: '',
	},
	/** Greek symbols */
	g: {
		runs: ['a\u03b1\u03b2\u03b3'],
		combining: '',
	},
};

const ASCII: MarcSet = {
	characters: Array.from({ length: 128 }, (_, code) => (code > 0x20 && code < 0x7f ? String.fromCharCode(code) : undefined)),
	combining: [],
};

function unpack(runs: readonly string[], combining: string): MarcSet {
	const characters: (string | undefined)[] = new Array(128).fill(undefined);
	const marks: boolean[] = new Array(128).fill(false);
	for (const run of runs) {
		let code = run.charCodeAt(0);
		for (const character of run.slice(1)) characters[code++] = character;
	}
	for (let i = 0; i < combining.length; i++) marks[combining.charCodeAt(i)] = true;
	return { characters, combining: marks };
}

const unpacked = new Map<string, MarcSet>([['B', ASCII]]);

/** The set that an escape sequence with this final character names, or undefined when there is none. EACC (`1`) is apart. */
export function marcSet(final: string): MarcSet | undefined {
	const known = unpacked.get(final);
	if (known !== undefined) return known;
	const packed = entryOf(SETS, final);
	if (packed === undefined) return undefined;
	const set = unpack(packed.runs, packed.combining);
	unpacked.set(final, set);
	return set;
}

let eacc: Map<number, string> | undefined;

/**
 * The East Asian character with this three-byte code (ANSI/NISO Z39.64), or undefined. Each line of the table is the first
 * code as three ASCII characters, then the characters of consecutive codes.
 */
export function eaccCharacter(code: number): string | undefined {
	if (eacc === undefined) {
		eacc = new Map();
		for (const run of eaccRuns) {
			let next = (run.charCodeAt(0) << 16) | (run.charCodeAt(1) << 8) | run.charCodeAt(2);
			for (const character of run.slice(3)) eacc.set(next++, character);
		}
	}
	return eacc.get(code);
}

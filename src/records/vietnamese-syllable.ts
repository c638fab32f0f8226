/** Vietnamese spelling: a syllable is an onset, a rhyme and a tone. Lists are of the written language, old and new tone placement alike. */

const ONSETS = new Set('b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' '));

const RHYMES = new Set(
	(
		'a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây ' +
		'e ec em en eng eo ep et ê êch êm ên ênh êp êt êu ' +
		'i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu ' +
		'o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ' +
		'ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ' +
		'u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu ' +
		'ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu'
	).split(' '),
);

/** What follows `qu`, whose u is part of the onset. */
const RHYMES_AFTER_QU = new Set(
	'a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây e en eo et ê êch ên ênh êt i it ich in inh ôc ơ y ych yên yêt ynh yt'.split(
		' ',
	),
);

const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;
const STOP = /(?:ch|[cpt])$/;
const FRONT = /^[eêiy]/;

function splitOnset(base: string): [string, string] {
	for (const length of [3, 2, 1]) {
		const onset = base.slice(0, length);
		if (onset.length === length && ONSETS.has(onset)) return [onset, base.slice(length)];
	}
	return ['', base];
}

/** The spelling rules of c/k, g/gh and ng/ngh before e, ê, i, y. */
function agree(onset: string, rhyme: string): boolean {
	const front = FRONT.test(rhyme);
	if (onset === 'k' || onset === 'gh' || onset === 'ngh') return front;
	if (onset === 'c') return !front;
	if (onset === 'g' || onset === 'ng') return !front || (onset === 'g' && rhyme.startsWith('i'));
	return true;
}

function isRhyme(onset: string, rhyme: string): boolean {
	if (onset === 'qu') return RHYMES_AFTER_QU.has(rhyme);
	return RHYMES.has(rhyme) && agree(onset, rhyme);
}

/**
 * Whether a word is one Vietnamese syllable as spelled with all its marks, in NFC or NFD, any case. A syllable that ends in c, ch, p or t must
 * carry the acute or the dot, as the language has no other. Says nothing about meaning: `la` and `an` are syllables too.
 */
export function isVietnameseSyllable(word: string): boolean {
	if (word.length === 0 || word.length > 12) return false;
	const parts = word.toLowerCase().normalize('NFD');
	const tones = parts.match(TONE);
	if (tones !== null && tones.length > 1) return false;
	const base = tones === null ? parts.normalize('NFC') : parts.replace(TONE, '').normalize('NFC');
	const [onset, rhyme] = splitOnset(base);
	// gì, gìn, giếng: the i of gi is the vowel
	const fits = isRhyme(onset, rhyme) || (onset === 'gi' && isRhyme('g', `i${rhyme}`));
	if (!fits) return false;
	return !STOP.test(base) || (tones !== null && (tones[0] === '\u0301' || tones[0] === '\u0323'));
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd');
const PLAIN_RHYMES: ReadonlySet<string> = new Set([...RHYMES].map(plain));
const PLAIN_AFTER_QU: ReadonlySet<string> = new Set([...RHYMES_AFTER_QU].map(plain));

/** Whether a folded word is a Vietnamese syllable without its marks: `truong`, `hoa`; no syllable is `giaao` or `hoaa`. */
export function isPlainSyllable(word: string): boolean {
	if (word.length === 0 || word.length > 7) return false;
	const [onset, rhyme] = splitOnset(word);
	// yên, not iên, where no consonant stands before
	if (onset === '' && rhyme.startsWith('ie')) return false;
	if (onset === 'qu') return PLAIN_AFTER_QU.has(rhyme);
	return (PLAIN_RHYMES.has(rhyme) && agree(onset, rhyme)) || (onset === 'gi' && PLAIN_RHYMES.has(`i${rhyme}`));
}

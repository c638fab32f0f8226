import { CONFLICT_NAMES } from '../../src/matching/conflicts.ts';
import { FEATURES } from '../../src/matching/strategy.ts';

/** A rule of matching switched off: the one place in a file of src that makes it work, and what stands there without it. */
export interface Mutant {
	readonly rule: string;
	/** Below `src/`. */
	readonly file: string;
	/** Occurs once in the file. */
	readonly from: string;
	readonly to: string;
}

const features = FEATURES.map(
	({ name }): Mutant => ({
		rule: `feature:${name}`,
		file: 'matching/strategy.ts',
		from: 'if (weight !== undefined)',
		to: `if (weight !== undefined && feature.name !== '${name}')`,
	}),
);

const conflicts = CONFLICT_NAMES.map(
	(name): Mutant => ({
		rule: `conflict:${name}`,
		file: 'matching/conflicts.ts',
		from:
			name === 'kind'
				? "if (kindsConflict(a, b)) return 'kind';\n\tfor (const name of CONFLICT_NAMES) if ("
				: 'for (const name of CONFLICT_NAMES) if (',
		to: `for (const name of CONFLICT_NAMES) if (name !== '${name}' && `,
	}),
);

const at = (file: string, rules: Readonly<Record<string, readonly [from: string, to: string]>>): Mutant[] =>
	Object.entries(rules).map(([rule, [from, to]]) => ({ rule, file, from, to }));

const keys = at('matching/keys.ts', {
	'key:isbn': ['add(`isbn ', 'void (`isbn '],
	'key:issn': ['add(`issn ', 'void (`issn '],
	'key:system-number': ['add(`id ', 'void (`id '],
	'key:whole-title-year': ['add(`whole ', 'void (`whole '],
	'key:title-pages': ['add(`title ', 'void (`title '],
	'key:title-article': ['ARTICLES.has(words[0] as string)', 'false'],
	'key:author-year': ["if (author !== '') {\n\t\t\tadd(", "if (author !== '') {\n\t\t\tvoid ("],
	'key:author-word': ['add(`name ', 'void (`name '],
	'key:telling-name': ['longest.length >= TELLING_NAME_MIN', 'false'],
	'key:pages': ['if (f.pages > 0) add(', 'if (f.pages > 0) void ('],
	'key:ends': ['add(`ends ', 'void (`ends '],
	'key:host': ["if (f.host !== '') add(", 'void ('],
});

const spelling = [
	...at('lib/fold.ts', {
		'spelling:eth': ["const LOOKS_LIKE_D = 'ÐðƉɖ'", "const LOOKS_LIKE_D = ''"],
		'spelling:d': ["\tđ: 'd',", "\tđ: 'đ',"],
		'spelling:tone-placement': ['\tplaceTone(word, start, end);', ''],
		'spelling:i-y': ['if (length <= 3) placeY(word, start, end);', ''],
		'spelling:nfc': ['MAY_COMPOSE.test(text) ? compose(text).toLowerCase() : text', 'text'],
	}),
	...at('records/repair-text.ts', {
		'spelling:twice': ['mendTwiceEncoded(text)', 'null as string | null'],
		'spelling:viqr': ['mendViqr(text)', 'null as string | null'],
	}),
	...at('records/legacy-text.ts', {
		'spelling:tcvn3': ['iconv.decode(Buffer.of(byte), encoding)', "encoding === 'tcvn' ? latin : iconv.decode(Buffer.of(byte), encoding)"],
		'spelling:viscii': [
			'iconv.decode(Buffer.of(byte), encoding)',
			"encoding === 'viscii' ? latin : iconv.decode(Buffer.of(byte), encoding)",
		],
		'spelling:windows-1258': [
			'iconv.decode(Buffer.of(byte), encoding)',
			"encoding === 'win1258' ? latin : iconv.decode(Buffer.of(byte), encoding)",
		],
		'spelling:legacy-neighbours': ['r.betters + r.foreign > 0 || (whole && r.fits > 0)', 'r.tells'],
	}),
	...at('records/vni.ts', { 'spelling:vni': ['const TABLE = makeTable();', 'const TABLE = new Map<string, string>();'] }),
];

const forms = [
	...at('matching/normal-forms.ts', {
		'form:publisher-lead': ['name = name.slice(lead[0].length);', 'break;'],
		'form:publisher-short': ['PUBLISHERS.get(name) ?? name', 'name'],
		'form:name-order': ['syllables.sort()', 'syllables'],
		'form:zero-in-title': ['while (start < end - 1 && word.charCodeAt(start) === 0x30) start++;', ''],
		'form:short-year-in-title': ['number = before.slice(0, 2) + number;', ';'],
		'form:roman-in-title': [
			"number = ROMAN.get(word) ?? (i > 0 && i === words.length - 1 ? (ROMAN_AT_END.get(word) ?? '') : '')",
			"number = ''",
		],
	}),
	...at('matching/spelled-out.ts', {
		'form:short-forms': ['exact.replace(SHORT, (short) => LONG.get(short) as string)', 'exact'],
	}),
	...at('matching/serial-leads.ts', {
		'form:lead-of-serial': ['differ ? [a, b] : [withoutLead(a), withoutLead(b)]', '[a, b]'],
	}),
	...at('matching/companions.ts', {
		'form:derived': ["'teaching', 'summary', 'abridged', 'selection', 'comic', 'script', 'bilingual'", ''],
	}),
	...at('matching/translators.ts', {
		'form:translator-in-statement': ['if (TELLS.test(responsibility)) {', 'if (false as boolean) {'],
		'form:translator-by-role': ['.filter((c) => c.roles.some((role) => ROLE.test(role.value)))', '.filter(() => false)'],
		'form:translator-before': ['const before = BEFORE.exec(piece);', 'const before = null as RegExpExecArray | null;'],
	}),
	...at('matching/conflicts.ts', {
		'form:pupils-book-unsaid': ["s.bookType || (s.classLevel === '' ? '' : 'SGK')", 's.bookType'],
	}),
	...at('matching/compare-facts.ts', {
		'form:names-that-cross': ["namesCross(x, y) ? 'crossed' : 'partly'", "'partly'"],
		'form:another-year': ["? 'later-unsaid-other-year' : 'later-unsaid'", "? 'later-unsaid' : 'later-unsaid'"],
		'form:volume-of-several': ["? 'some' : level", '? level : level'],
		'form:slip-in-kind-of-book': ['|| (a.title !== b.title && oneSlip(a.title, b.title))', ''],
	}),
	...at('matching/strategy.ts', {
		'strategy:vietnamese': ['return isVietnamese ? VIETNAMESE : BOOK;', 'return BOOK;'],
	}),
	...at('matching/features.ts', {
		'form:first-reprint': ['if (edition.number === 1 && REPRINT', 'if (false && REPRINT'],
		'form:vietnamese-by-language': ["languages.includes('vie') ||", ''],
		'form:vietnamese-by-title': [' || (marked && isVietnameseTitle(exact))', ''],
		'form:marks-of-other-languages': ['words.filter(isVietnameseSyllable).length * 2 >= words.length', 'words.length > 0'],
		'form:curriculum-in-rest': ['named.curriculum || curriculumIn(rest)', 'named.curriculum'],
		'form:curriculum-in-title': ['isSchoolBook ? withoutCurriculum(whole) :', 'false ? withoutCurriculum(whole) :'],
		'form:curriculum-in-series': ['curriculumInSeries(bib) ||', ''],
		'form:vietnamese-by-rest': [' || (languages.length === 0 && isVietnameseText(exactRest))', ''],
		'form:ordinals-in-title': ['ordinalsInFigures(spelledOut(textbookSpelledOut(proper)))', 'spelledOut(textbookSpelledOut(proper))'],
		'form:year-as-volume': ['YEAR.test(volume.value)) return [];', 'false) return [];'],
		'form:series-number-is-no-volume': [
			"volume !== undefined && !volume.path.startsWith('490') && !volume.path.startsWith('830')",
			'volume !== undefined',
		],
		'form:other-publishers': ['otherPublishers: otherPublishers(bib, publisher)', 'otherPublishers: NONE'],
		'form:supposed-date': ['if (!isSupposed(bib)) for (', 'for ('],
		'spelling:foreign-marks': [' && hasVietnameseMarks(exact);', ';'],
		'form:gt': ["if (!exact.startsWith('gt ')) return exact;", 'return exact;'],
		'form:filmed-set': [' || countsVolumes(extent)', ''],
		'spelling:unmarked': ["exact: marked ? exact : '',", 'exact,'],
	}),
	...at('matching/compare-titles.ts', {
		'form:shifted-words': ['(shifted && (y.includes(one) || x.includes(two)))', 'false'],
		'form:lost-mark': ['isVietnameseSyllable(two) ? 1 : MISPLACED', 'isVietnameseSyllable(two) ? 1 : 1'],
		'form:titles-parted-otherwise': ["if (wholesAgree(a, b)) return 'whole';", ''],
	}),
	...at('matching/compare-titles.ts', {
		'form:title-behind': [
			"likeness < LIKENESS.partly && (standsBehind(a, b) || standsBehind(b, a)) ? 'behind' : stepOf(likeness)",
			'stepOf(likeness)',
		],
		'form:name-in-title': ["if (isName(behind, a) || isName(behind, b)) return 'told';", ''],
		'form:words-turned': ["if (likeness === 1 && x.length === y.length) return 'turned';", ''],
		'form:other-word-of-short-title': [' && !isOtherWord(x, y)', ''],
		'form:letter-of-long-title': ["ofX.some((w) => ofY.some((v) => oneSlip(w, v)))) return 'letter';", "false) return 'letter';"],
		'form:space-forgotten': [' || sameLetters(a.title + told, b.title + other)', ''],
		'spelling:mark-misplaced': ['if (lettersAndMarks(one) === lettersAndMarks(two)) return MISPLACED;', ''],
		'spelling:no-syllable': ['isVietnameseSyllable(one) && isVietnameseSyllable(two) ? 1 : MISPLACED', '1'],
		'form:short-titles': ["if (letterShare(x, y) <= 0.5) return 'most';", ''],
	}),
	...at('records/vietnamese-syllable.ts', {
		'spelling:no-plain-syllable': ["if (onset === '' && rhyme.startsWith('ie')) return false;", ''],
	}),
	...at('matching/similarity.ts', {
		'form:two-words': [' && !(isPlainSyllable(a) && isPlainSyllable(b))', ''],
		'form:numbers-are-no-words': [' || LITTLE_WORDS.has(w) || isDigit(w.charCodeAt(0))', ' || LITTLE_WORDS.has(w)'],
		'form:slip-in-title': ['if (middleA <= 1 && middleB <= 1) return true;', ''],
		'form:letters-swapped': ['middleA === 2 && middleB === 2 &&', 'false &&'],
		'form:initials-of-publisher': ['initials(long).startsWith(letters)', 'false'],
		'form:initials-of-name': [
			's.length === 1 ? t.startsWith(s) : t.length === 1 ? s.startsWith(t) :',
			's.length === 1 || t.length === 1 ? false :',
		],
	}),
	...at('records/normalise/title.ts', {
		'form:responsibility-in-a': ['const slash = hasResponsibility ? -1 : slashAt(proper);', 'const slash = -1;'],
		'form:rest-in-a': ['const colon = hasRest ? -1 : colonAt(trimIsbd(proper));', 'const colon = -1;'],
		'form:brackets-behind-volume': ['\ttakeBrackets(title);', ''],
		'form:series-behind-responsibility': ["(behind && s.code === 'n' && !isOnlyNumber(value))", 'false'],
		'form:all-parts': ['if (areAllParts(parts)) return undefined;', ''],
		'form:volume-before-rest': [' ?? takeVolumeBefore(title)', ''],
	}),
	...at('records/normalise/volume.ts', {
		'form:volume-words': ['|một|hai|ba|bốn', '|bốn'],
		'form:volume-at-end': ['const match = AT_END.exec(tail);', 'const match = null as RegExpExecArray | null;'],
		'form:counted-part-at-end': [
			'COUNTED_NAMES.has(last.toLowerCase()) ? COUNTED_AT_END.exec(tail) : null',
			'null as RegExpExecArray | null',
		],
		'form:counted-part': ['const counted = COUNTED_AT_BEGINNING.exec(beginning);', 'const counted = null as RegExpExecArray | null;'],
		'form:volume-letters': ['[tqpv](?:', '[#](?:'],
		'form:second-part-in-rest': ['if (ANOTHER.test(text.slice(match[0].length))) return undefined;', ''],
		'form:number-in-rest': ["alone && before !== '' && NUMBER_SIGN", 'false && NUMBER_SIGN'],
		'form:issue': ['ISSUE.test(text);', 'false;'],
	}),
	...at('records/normalise/name-roles.ts', {
		'form:academic-titles': [".replace(ACADEMIC, '')", ''],
		'form:role-behind': ['\t[BEHIND_SPACE, () => true, null],', ''],
		'form:role-behind-mark': ['\t[BEHIND_MARK, isRole, /[,;:/–—-]/],', ''],
		'form:role-in-brackets': ['\t[IN_BRACKETS, tellsRole, /[([]/],', ''],
		'form:role-before': ['\t[BEFORE_COLON, (text) => isRole(text.toLowerCase()), /:/],', ''],
		'form:role-before-name': ['\t[BEFORE_NAME, () => true, null],', ''],
	}),
	...at('records/normalise/creators.ts', {
		'form:many-authors': ['if (isNobody(name)) continue;', ''],
	}),
	...at('records/normalise/identifiers.ts', {
		'form:isbn-10': ['isIsbn10(ten.digits) ? isbn13Of(ten.digits)', 'isIsbn10(ten.digits) ? undefined'],
		'form:isbn-check-digit': ['read.digits.length === 13 && isIsbn13(read.digits)', 'read.digits.length === 13'],
		'form:isbn-of-set': ["if (SET.test(qualifier)) return 'set';", ''],
	}),
	...at('records/normalise/publication.ts', {
		'form:edition-number': ['const times = EDITION_NUMBER.exec(text);', 'const times = null as RegExpExecArray | null;'],
		'form:impression': ['IMPRESSION.test(head(statement.value)) ?', '(false as boolean) ?'],
		'form:last-edition': ['number = Math.max(number, Number(other));', 'void other;'],
		'form:year-of-008': ["if (YEAR.test(fixed)) return { value: fixed, path: '008/07-10' };", ''],
		'form:country-of-008': ['/^[a-z]{2,3}$/.test(value) &&', '(false as boolean) &&'],
		'form:264': ["const rda = fields.all('264');", "const rda = fields.all('---');"],
		'form:set-by-extent': ["counted !== null && counted[1] !== '1'", 'false'],
		'form:pages-behind': ['Math.max(pagesOf(statement.value), pagesBehind(place))', 'pagesOf(statement.value)'],
		'form:plates': [" && !(unit as string).endsWith(' of plates')", ''],
		'form:pages': ['!OTHER_UNITS.has((unit as string).toLowerCase())', 'false'],
	}),
	...at('records/normalise/form.ts', {
		'form:carrier-007': ["for (const place of fields.all('007')) {", "for (const place of fields.all('---')) {"],
		'form:carrier-338': ["for (const place of fields.all('338')) {", "for (const place of fields.all('---')) {"],
		'form:carrier-008': ["if (form !== undefined && form !== 'print')", 'if (false as boolean)'],
		'form:carrier-245h': [
			"if (medium !== '') {\n\t\tconst known = MEDIUM_WORDS.find(([pattern, carrier])",
			'if (false as boolean) {\n\t\tconst known = MEDIUM_WORDS.find(([pattern, carrier])',
		],
		'form:carrier-300': ["for (const place of fields.all('300')) {", "for (const place of fields.all('---')) {"],
		'form:material-245h': ["if (type === 'a' && medium !== '') {", 'if (false as boolean) {'],
	}),
	...at('records/normalise/kind.ts', {
		'form:kind-issue': ['if (read.isIssue && (', 'if (false && ('],
		'form:kind-component': ["if (hosted && (level === 'a' || level === 'b')) return 'component';", ''],
		'form:kind-serial': ["if (serialLike) return 'serial';", ''],
	}),
	...at('records/normalise/content.ts', {
		'form:language-of-008': ["add(fields.control('008').slice(35, 38), '008/35-37');", ''],
		'form:language-of-041': ["for (const place of fields.all('041')) {", "for (const place of fields.all('---')) {"],
	}),
	...at('records/normalise/school.ts', {
		'form:exercises-of-class': ['(classLevel !== undefined && EXERCISES', '(level !== undefined && EXERCISES'],
		'form:class-level': [
			'const level = classLevel === undefined ? classIn(folded) : undefined;',
			'const level = undefined as string | undefined;',
		],
		'form:class-in-words': ['const word = CLASS_WORD.exec(text);', 'const word = null as RegExpExecArray | null;'],
		'form:book-type': ['const type =\n\t\t\t\t', 'const type = ""; void '],
		'form:audience': ['for (const source of audience) read(source);', ''],
	}),
];

/** Every rule of matching, switched off one at a time. */
export const MUTANTS: readonly Mutant[] = [...features, ...conflicts, ...keys, ...spelling, ...forms];

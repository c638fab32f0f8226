/** `thứ ba`, `thứ III` in the form of `exactText`, and as typed without marks. */
const ORDINAL =
	/(?<![^ ])(thứ|thu) (nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười|nhat|tu|bon|nam|sau|bay|tam|chin|muoi|[ivx]{1,4})(?![^ ])/g;

const FIGURES: Readonly<Record<string, string>> = {
	nhất: '1',
	nhat: '1',
	i: '1',
	hai: '2',
	ii: '2',
	ba: '3',
	iii: '3',
	tư: '4',
	tu: '4',
	bốn: '4',
	bon: '4',
	iv: '4',
	năm: '5',
	nam: '5',
	v: '5',
	sáu: '6',
	sau: '6',
	vi: '6',
	bảy: '7',
	bay: '7',
	vii: '7',
	tám: '8',
	tam: '8',
	viii: '8',
	chín: '9',
	chin: '9',
	ix: '9',
	mười: '10',
	muoi: '10',
	x: '10',
	xi: '11',
	xii: '12',
};

/** A text in the form of `exactText` with its ordinal numbers as figures: `lần thứ ba` and `lần thứ III` are `lần thứ 3`. */
export const ordinalsInFigures = (exact: string): string =>
	exact.replace(ORDINAL, (whole, word: string, number: string) => {
		const figure = FIGURES[number];
		return figure === undefined ? whole : `${word} ${figure}`;
	});

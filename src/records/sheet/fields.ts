/** What a column of a table can hold. `ignore` is a column that does not go into the record; its text is kept with the row all the same. */
export const SHEET_FIELDS = [
	'title',
	'subtitle',
	'responsibility',
	'author',
	'added-author',
	'translator',
	'editor',
	'edition',
	'volume',
	'volume-title',
	'place',
	'publisher',
	'year',
	'imprint',
	'extent',
	'size',
	'series',
	'isbn',
	'issn',
	'price',
	'language',
	'class-number',
	'call-number',
	'location',
	'barcode',
	'copies',
	'subject',
	'keyword',
	'grade',
	'note',
	'summary',
	'id',
	'ignore',
] as const;
export type SheetField = (typeof SHEET_FIELDS)[number];

export const isSheetField = (name: string): name is SheetField => SHEET_FIELDS.some((one) => one === name);

/** Fields that several columns may hold; of the others the first column counts. */
export const REPEATABLE: ReadonlySet<SheetField> = new Set<SheetField>([
	'author',
	'added-author',
	'translator',
	'editor',
	'isbn',
	'barcode',
	'subject',
	'keyword',
	'note',
	'ignore',
]);

/** Headings as libraries write them, folded (no marks, lower case, words parted by one blank), by field. */
const HEADINGS: Readonly<Record<SheetField, string>> = {
	title:
		'nhan de|nhan de sach|ten sach tap chi|nhan de chinh|ten sach|ten tai lieu|ten an pham|ten an pham tai lieu|ten sach tai lieu|ten tac pham|tua sach|tua de|tieu de|ten nhan de|nhan de tai lieu|title|title proper|book title|main title|ten bao|ten tap chi|ten giao trinh',
	subtitle: 'phu de|nhan de phu|tieu de phu|thong tin bo sung nhan de|subtitle|sub title|remainder of title',
	responsibility: 'thong tin trach nhiem|minh xac trach nhiem|trach nhiem|statement of responsibility|responsibility|sor',
	author:
		'tac gia|ten tac gia|ho ten tac gia|ho va ten tac gia|tac gia chinh|tac gia ca nhan|nguoi viet|author|authors|main author|writer|creator',
	'added-author':
		'tac gia khac|dong tac gia|tac gia phu|tac gia bo sung|tac gia tap the|co quan|other authors|added author|contributor|contributors',
	translator: 'nguoi dich|dich gia|dich|translator|translated by',
	editor: 'chu bien|nguoi bien soan|bien soan|nguoi chu bien|hieu dinh|editor|editors|edited by',
	edition: 'lan xuat ban|lan xb|lan tai ban|tai ban|lan in|ban in|edition',
	volume: 'tap|tap so|so tap|quyen|quyen so|phan|volume|vol|part|volume number',
	'volume-title': 'ten tap|nhan de tap|ten phan|volume title|part title',
	place: 'noi xb|noi xuat ban|noi xban|noi in|dia diem xuat ban|place|place name|place of publication|publication place|city',
	publisher: 'nxb|nha xb|nha xuat ban|nha xban|co quan xuat ban|don vi xuat ban|publisher|publisher name',
	year: 'nam xb|nam xuat ban|nam xban|nam in|nam|namxb|year|publication year|publish year|year of publication|date|publication date|pub year',
	imprint: 'xuat ban|thong tin xuat ban|dia chi xuat ban|thong tin ve xuat ban|imprint|publication',
	extent: 'so trang|trang|so tr|mo ta vat ly|so to|pages|collation|page count|number of pages|extent|physical description',
	size: 'kho|kho sach|kho co|kich thuoc|kich co|size|dimensions|height',
	series: 'tung thu|bo sach|tu sach|ten bo sach|series|series title',
	isbn: 'isbn|ma isbn|so isbn|chi so isbn|isbn 10|isbn 13|isbn10|isbn13|ma so isbn|so isbn issn|isbn issn',
	issn: 'issn|ma issn|so issn|chi so issn',
	price: 'gia|gia tien|don gia|gia bia|gia sach|gia ban|gia vnd|don gia vnd|price|cost',
	language: 'ngon ngu|tieng|ma ngon ngu|ngon ngu tai lieu|language|language name|lang|languages',
	'class-number':
		'ky hieu phan loai|ky hieu phan loai ddc|so ddc|ky hieu ddc|lop phan loai|phan loai|so phan loai|ma phan loai|chi so phan loai|ky hieu pl|mon loai|mon loai tri thuc|ddc|dewey|khpl|classification|class number|dewey number|chi so ddc|ma ddc|phan loai ddc',
	'call-number': 'ky hieu xep gia|so xep gia|xep gia|ky hieu kho|khxg|ky hieu|call number|call no|callnumber|shelf mark|shelfmark',
	location: 'kho sach luu|ten kho|kho luu|kho luu tru|noi luu|vi tri|vi tri kho|ke|gia sach|phong|kho tai lieu|location|shelf|branch',
	barcode:
		'so dkcb|so dk ca biet|ma dk ca biet|ma dang ky ca biet|so dkcb tai lieu|ma so ca biet|dkcb|so dang ky ca biet|dang ky ca biet|ma dkcb|so ca biet|ma vach|ma ca biet|so dang ky|sdkcb|so dk|ma xep gia|barcode|bar code|barcodes|accession number|accession no|item barcode|item code',
	copies: 'so luong|so ban|so cuon|sl|tong so|tong so ban|so luong ban|so luong sach|quantity|copies|number of copies|qty',
	subject: 'chu de|de muc|de muc chu de|tieu de de muc|linh vuc|subject|subjects|subject heading|topic|topics',
	keyword: 'tu khoa|tu khoa tu do|tu khoa chu de|keyword|keywords|tag|tags',
	grade: 'lop|khoi|khoi lop|lop hoc|danh cho lop|grade|class|doi tuong|doi tuong su dung|trinh do|audience',
	note: 'ghi chu|phu chu|chu thich|phu chu chung|note|notes|remark|remarks|comment',
	summary: 'tom tat|noi dung tom tat|tom tat noi dung|noi dung|gioi thieu|abstract|summary|description',
	id: 'id|ma sach|ma tai lieu|ma an pham|ma bieu ghi|so bieu ghi|mfn|ma so|ma dau sach|ma nhan de|record id|record number|control number|biblionumber|bib id|bibid',
	ignore:
		'stt|so tt|so thu tu|tt|no|nr|ly do|ly do khong nhan|reason|ngay nhap|ngay vao so|ngay cap nhat|ngay dang ky|nguoi nhap|thanh tien|trang thai|tinh trang|nguoi muon|so chung tu|nguon cap|nguon|created|updated',
};

/** `Kí hiệu` and `Ký hiệu` are one word in two spellings. */
const spelt = (folded: string): string => folded.replaceAll('y', 'i');

const BY_HEADING: ReadonlyMap<string, SheetField> = new Map(
	SHEET_FIELDS.flatMap((field) => HEADINGS[field].split('|').map((heading): [string, SheetField] => [spelt(heading), field])),
);

/** The field that a folded heading names; undefined when it names none. */
export const fieldOfHeading = (folded: string): SheetField | undefined => BY_HEADING.get(spelt(folded));

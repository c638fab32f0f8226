/*
 * What catalogue records of Vietnamese libraries say over and over, in the form of src/records/compact.ts; the most common at the
 * end. Stored bodies need it to be read: never edit it, add a second one beside it with its own number.
 */
const FS = '\x1f';
const RS = '\x1e';

const data = (tag: string, indicators: string, ...subfields: string[]): string => `${RS}${tag}${indicators}${FS}${subfields.join(FS)}`;

export const BODY_DICTIONARY: string = [
	data('336', '  ', 'atext', 'btxt', '2rdacontent'),
	data('337', '  ', 'aunmediated', 'bn', '2rdamedia'),
	data('338', '  ', 'avolume', 'bnc', '2rdacarrier'),
	data('040', '  ', 'aDLC', 'beng', 'erda', 'cDLC', 'dDLC'),
	data('035', '  ', 'a(OCoLC)ocm'),
	data('050', '00', 'aPZ7', 'b.A1 1998'),
	data('504', '  ', 'aIncludes bibliographical references (p. ) and index.'),
	data('520', '  ', 'aTrình bày những kiến thức cơ bản về các khái niệm, phương pháp, ví dụ minh hoạ và bài tập vận dụng trong thực tiễn'),
	data('520', '  ', 'aGiới thiệu nội dung, lịch sử phát triển, quá trình hình thành, đặc điểm của văn hoá Việt Nam qua các thời kì'),
	data('653', '  ', 'aVăn học Việt Nam', 'aTiểu thuyết', 'aTruyện ngắn', 'aThơ', 'aLịch sử', 'aSách thiếu nhi', 'aGiáo trình'),
	data('651', ' 4', 'aViệt Nam', 'xLịch sử'),
	data('650', ' 0', 'aEnglish fiction', 'xHistory and criticism.'),
	data('650', ' 7', 'aVăn học thiếu nhi', 'xViệt Nam', '2btkkhcn'),
	data('650', ' 4', 'aToán học', 'xLớp '),
	data('490', '0 ', 'aKết nối tri thức với cuộc sống'),
	data('490', '0 ', 'aChân trời sáng tạo'),
	data('260', '  ', 'aNew York :', 'bUniversity Press,', 'c2001.'),
	data('264', ' 1', 'aThành phố Hồ Chí Minh :', 'bNxb. Trẻ,', 'c2012.'),
	data('264', ' 1', 'aH. :', 'bKhoa học xã hội,', 'c2008.'),
	data('260', '  ', 'aTp. Hồ Chí Minh :', 'bTổng hợp Thành phố Hồ Chí Minh,', 'c2015.'),
	data('250', '  ', 'aTái bản lần thứ 1, có sửa chữa, bổ sung'),
	data('700', '1 ', 'aTrần Thị Minh', 'edịch'),
	data('700', '1 ', 'aLê Văn', 'eb.s.'),
	data('952', '  ', '00', '10', '2ddc', '40', '70', 'aTVT', 'bTVT', 'd2020-01-01', 'o895.922334', 'pTVT0000', 'yBK'),
	data('852', '  ', 'aVN-L001', 'bKho A', 'h370.1', 'j01V000000', 'p010000000'),
	`${RS}0031VN-L00`,
	`${RS}00520260101000000.0`,
	`${RS}008200101s2020    vm            000 0 vie d`,
	`${RS}008150915s2015    xxu      b    000 1 eng d`,
	data('041', '0 ', 'avie'),
	data('082', '04', '223', 'a895.922334'),
	data('020', '  ', 'a978604', 'c45000 đ'),
	data('040', '  ', 'aVN-L00', 'bvie', 'eAACR2'),
	data('100', '1 ', 'aNguyễn Văn ', 'etác giả'),
	data('245', '10', 'aGiáo trình ', 'nTập 1', 'bdành cho sinh viên đại học và cao đẳng /', 'cNguyễn '),
	data('300', '  ', 'a320 tr. ;', 'c21 cm'),
	data('260', '  ', 'aHà Nội :', 'bGiáo dục Việt Nam,', 'c2010.'),
	'00000nam a2200000 a 4500',
].join('');
